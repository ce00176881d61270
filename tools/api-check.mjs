// Starts the platform, holds its description against the committed one and the linters, then lets Schemathesis ask
// every operation for a few minutes: API_CHECK_SECONDS bounds it, API_CHECK_SEED repeats it.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import { root } from './toolchain.mjs';

const folder = join(root, 'tools', 'api-check');
const cli = join(root, 'apps', 'cli', 'dist', 'main.js');
const committed = join(root, 'docs', 'reference', 'openapi.json');
const seconds = process.env.API_CHECK_SECONDS ?? '180';
const seed = process.env.API_CHECK_SEED ?? String(randomInt(2 ** 31));

let running;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    interrupted = true;
    running?.kill(signal);
  });
}

/** Runs a program to its end; true when it says that all is well. */
const runs = (command, args, { env = {}, cwd = root } = {}) =>
  new Promise((resolve) => {
    if (interrupted) return resolve(false);
    const all = { ...process.env, ...env };
    running = spawn(command, args, { stdio: 'inherit', cwd, env: all });
    running.once('error', () => resolve(false));
    running.once('exit', (code) => resolve(code === 0));
  });

/** A virtual environment of the pinned versions, made once; undefined where there is no Python. */
async function schemathesis() {
  if (spawnSync('python3', ['-c', 'import venv, ensurepip']).status !== 0) return undefined;
  const pins = join(folder, 'requirements.txt');
  const mark = createHash('sha256').update(readFileSync(pins)).digest('hex').slice(0, 12);
  const home = join(root, '.cache', `schemathesis-${mark}`);
  const program = join(home, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  console.log('api-check · installing Schemathesis, once');
  const pip = join(home, 'bin', 'pip');
  const isMade =
    (await runs('python3', ['-m', 'venv', home])) &&
    (await runs(pip, ['install', '--quiet', '--disable-pip-version-check', '-r', pins]));
  if (isMade) return program;
  rmSync(home, { recursive: true, force: true });
  throw new Error('Schemathesis could not be installed: check the network and run it again.');
}

/** The embedded platform with a folder and a port of its own; resolves once it is ready. */
async function startPlatform(home) {
  const child = spawn('node', [cli, 'start'], {
    cwd: root,
    env: { ...process.env, PORT: '0', TACT_HOME: home, TACT_REQUESTS_PER_MINUTE: '10000000' },
    // Its channel's end tells it that we died.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('tact is ready')) resolve();
    });
    void ended.then(() => reject(new Error(`The platform did not start:\n${said}`)));
  });
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { stop, credentials: JSON.parse(readFileSync(join(home, 'credentials.json'), 'utf8')) };
}

async function ownKeyId({ origin, apiKey }) {
  const answer = await fetch(`${origin}/v1/api-keys`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  const { items } = await answer.json();
  return items.find(({ isOwn }) => isOwn).keyId;
}

/** What the running gateway serves is what is committed, but for where it is served. */
async function isAsCommitted(origin, file) {
  const served = await (await fetch(`${origin}/openapi.json`)).json();
  writeFileSync(file, JSON.stringify(served));
  const requested = JSON.parse(readFileSync(committed, 'utf8'));
  const isSame = isDeepStrictEqual({ ...served, servers: requested.servers }, requested);
  if (!isSame) console.error('The served description is not docs/reference/openapi.json.');
  return isSame;
}

/** The WhatsApp corpus, so that there are people with facts to ask about. */
const seedCorpus = (home) =>
  runs('node', [cli, 'seed', '--fixtures'], { env: { TACT_HOME: home } });

const lint = async () =>
  (await runs('node', [join(root, 'tools', 'lint-openapi.mjs'), committed])) &&
  runs('redocly', ['lint', '--config', join(root, 'tools', 'redocly.yaml'), committed], {
    env: { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  });

async function ask(program, { origin, apiKey, whatsapp }, file) {
  console.log(`api-check · Schemathesis for ${seconds} s, seed ${seed}`);
  const args = ['--config-file', join(folder, 'schemathesis.toml'), 'run', file, '--url', origin];
  const bounds = ['--checks', 'all', '--max-time', seconds, '--seed', seed];
  const env = {
    API_CHECK_HOOKS: join(folder, 'hooks.py'),
    API_CHECK_ORIGIN: origin,
    API_CHECK_KEY: apiKey,
    API_CHECK_KEY_ID: await ownKeyId({ origin, apiKey }),
    API_CHECK_APP_SECRET: whatsapp.appSecret,
    API_CHECK_VERIFY_TOKEN: whatsapp.verifyToken,
  };
  // It keeps notes where it runs: they go with the folder.
  return runs(program, [...args, ...bounds, ...process.argv.slice(2)], { env, cwd: dirname(file) });
}

const program = await schemathesis();
if (program === undefined) {
  console.error(
    'api-check NOT RUN: there is no Python 3 with venv here. Install python3 and python3-venv, then run it again.',
  );
  process.exit(process.env.CI === 'true' ? 1 : 0);
}
const scratch = mkdtempSync(join(tmpdir(), 'tact-api-check-'));
let platform;
try {
  const home = join(scratch, 'home');
  platform = await startPlatform(home);
  const file = join(scratch, 'openapi.json');
  const { origin } = platform.credentials;
  const holds =
    (await isAsCommitted(origin, file)) &&
    (await lint()) &&
    (await seedCorpus(home)) &&
    (await ask(program, platform.credentials, file));
  process.exitCode = holds ? 0 : 1;
} finally {
  await platform?.stop();
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`api-check · ${process.exitCode === 0 ? 'holds' : 'FAILED'} (seed ${seed})`);
