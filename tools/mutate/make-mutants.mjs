// StrykerJS makes the mutants: one text holds all of a file, and a global says which one is awake.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { root } from './rooms.mjs';

const logger = {
  debug() {},
  info() {},
  isDebugEnabled: () => false,
};

const flat = (text) => text.replaceAll(/\s+/g, ' ').trim();

/** The lines a mutant stands in, as they are and as it makes them: its name, which outlives its line number. */
function textOf(lines, { location, replacement }) {
  const { start, end } = location;
  const before = lines[start.line].slice(0, start.column);
  const after = lines[end.line].slice(end.column);
  const from = lines.slice(start.line, end.line + 1).join('\n');
  return { from: flat(from), to: flat(`${before}${replacement}${after}`) };
}

/**
 * StrykerJS writes its counters into every file. Ours stand in the worker: they cost next to nothing while a mutant is
 * awake, and count for every file alike.
 */
const withSwitchboard = (text) => {
  const own = ['stryCov_9fa48', 'stryMutAct_9fa48'];
  for (const name of own)
    if (!text.includes(`function ${name}(`)) throw new Error(`StrykerJS no longer writes ${name}.`);
  const header = `let { visit: ${own[0]}, isAwake: ${own[1]} } = globalThis.__stryker__;`;
  return `${header}${text.replaceAll(/function (stryCov|stryMutAct)_9fa48\(/g, 'function $1Unused(')}`;
};

/**
 * `texts`: instrumented source by path; `mutants`: `{ id, path, line, kind, from, to, nth }`, `nth` among those of
 * the same text. Throws when a comment in the source switches a mutant off: exceptions stand in equivalent.json.
 */
export async function makeMutants(paths) {
  const files = paths.map((path) => ({
    name: path,
    mutate: true,
    content: readFileSync(join(root, path), 'utf8'),
  }));
  const options = { plugins: ['decorators-legacy'], excludedMutations: [], ignorers: [] };
  const made = await new Instrumenter(logger).instrument(files, options);
  const lines = new Map(files.map(({ name, content }) => [name, content.split('\n')]));
  const seen = new Map();
  const mutants = made.mutants.map((mutant) => {
    const { id, fileName: path, mutatorName: kind, location, statusReason } = mutant;
    const line = location.start.line + 1;
    if (statusReason !== undefined)
      throw new Error(`${path}:${line} switches a mutant off: say why in equivalent.json instead`);
    const text = textOf(lines.get(path), mutant);
    const key = `${path} ${text.from} ${text.to}`;
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return { id, path, line, kind, ...text, nth };
  });
  const changed = new Set(mutants.map(({ path }) => path));
  const texts = made.files.map(({ name, content }) => [
    name,
    changed.has(name) ? withSwitchboard(content) : content,
  ]);
  return { texts: new Map(texts), mutants };
}
