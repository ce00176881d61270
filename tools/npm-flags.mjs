// npm keeps the flags that stand before `--` for itself and hands them on as npm_config_*. What was meant for Tact is
// taken back here, so that `npm start --demo` does what it says.
import { Stop } from './child.mjs';

/** Not `--yes`: npm has one of its own, which a .npmrc may set for ever, and nobody would have agreed to a deletion. */
const startSwitches = ['demo', 'kafka', 'reset'];

/** Flags of `tact` that are no setting of npm: where npm kept one, the command would run without it. */
const tactFlags = [
  'canary',
  'compared-with',
  'corpus',
  'csv',
  'expires',
  'fixtures',
  'group',
  'held-out',
  'identities',
  'label',
  'overlap',
  'reason',
  'scopes',
  'svg',
  'type',
];

const variableOf = (flag) => `npm_config_${flag.replaceAll('-', '_')}`;

/** Takes a flag out of the environment: no child of ours may find it there again. */
function taken(flag, env) {
  const value = env[variableOf(flag)];
  delete env[variableOf(flag)];
  return value === '' ? undefined : value;
}

function startArguments(args, env) {
  const switches = startSwitches.filter((flag) => taken(flag, env) === 'true');
  const port = taken('port', env);
  // npm 11 reads `--port 9090` as a switch and a word, `--port=9090` as a value.
  const given = port === undefined ? [] : port === 'true' ? ['--port'] : ['--port', port];
  return [...switches.map((flag) => `--${flag}`), ...given, ...args];
}

/** The arguments as they were meant, whichever of npm, pnpm and yarn passed them on. Throws `Stop`. */
export function argumentsFor(verb, given, env) {
  // pnpm passes the `--` itself on.
  const args = given[0] === '--' ? given.slice(1) : given;
  if (verb === 'start') return startArguments(args, env);
  if (verb !== 'tact') return args;
  const kept = tactFlags.filter((flag) => taken(flag, env) !== undefined);
  if (kept.length === 0) return args;
  throw new Stop(
    `npm kept --${kept.join(' and --')} for itself: put -- between npm's words and Tact's, as in npm run tact -- ${args[0] ?? 'status'} --${kept[0]} ...`,
  );
}
