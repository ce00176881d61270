import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Each text in a file of its own, looked at by the linter as it is set up here: those in which the rule finds something. */
export const offendersOf = async (rule: string, texts: readonly string[]): Promise<string[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'tact-lint-'));
  try {
    const paths = texts.map((_, nth) => join(folder, `case-${nth}.ts`));
    await Promise.all(paths.map((path, nth) => writeFile(path, `${texts[nth]}\n`)));
    const reported = await lint(paths);
    const found = reported
      .split('\n')
      .filter((line) => line.includes(rule))
      .map((line) => Number(/case-(\d+)\.ts/.exec(line)?.[1]));
    return texts.filter((_, nth) => found.includes(nth));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const lint = (paths: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const config = ['-c', join(root, '.oxlintrc.json'), '--format', 'unix'];
    execFile(
      join(root, 'node_modules/.bin/oxlint'),
      [...config, ...paths],
      { cwd: root },
      (_, reported) => resolve(reported),
    );
  });
