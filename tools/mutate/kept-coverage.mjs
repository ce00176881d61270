// What the clean run of a test file saw is kept in .cache, so that short time goes into mutants: it holds for the very
// texts it was made of, and for no others.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { root, testsOf } from './rooms.mjs';
import { digestOf } from './scores.mjs';

const kept = join(root, '.cache', 'mutation');

const digestsOf = (paths) =>
  paths.map((path) => [path, existsSync(join(root, path)) && digestOf(path)]);

/** What lies beside the tests and is no code, golden files say; and what every run stands on. */
const groundOf = (suite) => {
  const beside = suite.tests
    .filter((place) => !place.endsWith('.ts'))
    .flatMap((place) =>
      readdirSync(join(root, place), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length)),
    );
  const tools = readdirSync(join(root, 'tools/mutate'))
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => `tools/mutate/${name}`);
  return digestsOf([...new Set([...beside, ...tools, 'pnpm-lock.yaml'])]);
};

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const recall = (file, inputs) => {
  if (!existsSync(file)) return undefined;
  const before = JSON.parse(readFileSync(file, 'utf8'));
  const isOfTheseTexts =
    isSame(before.inputs, inputs) &&
    isSame(before.loaded, digestsOf(before.loaded.map(([path]) => path)));
  return isOfTheseTexts ? before.file : undefined;
};

/**
 * The coverage of each test file of a suite over the mutants of `paths`: as it is kept, or as `cover` answers it now
 * for the path of a test file, `{ file, loaded }` with the paths of all sources it loaded.
 */
export const coverageOf = async ({ suite, paths, folder = kept }, cover) => {
  const ground = { node: process.version, mutated: digestsOf(paths), ground: groundOf(suite) };
  const files = [];
  for (const test of testsOf(suite)) {
    const name = createHash('sha256')
      .update(JSON.stringify([paths, test]))
      .digest('hex');
    const file = join(folder, `${name.slice(0, 16)}.json`);
    const inputs = { ...ground, test: digestsOf([test]) };
    const known = recall(file, inputs);
    if (known !== undefined) {
      files.push(known);
      continue;
    }
    const covered = await cover(test);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      JSON.stringify({ inputs, loaded: digestsOf(covered.loaded), file: covered.file }),
    );
    files.push(covered.file);
  }
  return files;
};
