// What the clean run saw is kept in .cache, so that short time goes into mutants: it holds for the very texts it was
// made of, and for no others.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { root, testsOf } from './rooms.mjs';
import { digestOf } from './scores.mjs';

const kept = join(root, '.cache', 'mutation');

const digestsOf = (paths) =>
  paths.map((path) => [path, existsSync(join(root, path)) && digestOf(path)]);

/** Whatever lies beside the tests, golden files too; and what every run stands on. */
const inputsOf = (suite, paths) => {
  const beside = suite.tests
    .filter((place) => !place.endsWith('.ts'))
    .flatMap((place) =>
      readdirSync(join(root, place), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length)),
    );
  const tools = readdirSync(join(root, 'tools/mutate'))
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => `tools/mutate/${name}`);
  const all = [...paths, ...testsOf(suite), ...beside, ...tools, 'pnpm-lock.yaml'];
  return { node: process.version, paths, digests: digestsOf([...new Set(all)]) };
};

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const recall = (file, inputs) => {
  if (!existsSync(file)) return undefined;
  const before = JSON.parse(readFileSync(file, 'utf8'));
  const isOfTheseTexts =
    isSame(before.inputs, inputs) &&
    isSame(before.loaded, digestsOf(before.loaded.map(([path]) => path)));
  return isOfTheseTexts ? before.files : undefined;
};

/**
 * The coverage of a suite's tests over the mutants of `paths`: as it is kept, or as `cover` answers it now with the
 * `files` it covered and the paths of all it `loaded`.
 */
export const coverageOf = async ({ suite, paths, folder = kept }, cover) => {
  const name = createHash('sha256')
    .update(JSON.stringify([suite.sources, paths]))
    .digest('hex');
  const file = join(folder, `${name.slice(0, 16)}.json`);
  const inputs = inputsOf(suite, paths);
  const known = recall(file, inputs);
  if (known !== undefined) return known;
  const { files, loaded } = await cover(testsOf(suite));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ inputs, loaded: digestsOf(loaded), files }));
  return files;
};
