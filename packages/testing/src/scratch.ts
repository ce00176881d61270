import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scratch = fileURLToPath(new URL('../../../.cache/test-scratch/', import.meta.url));

/** The folder of this jest run: when the run ends, even by Ctrl-C, servers whose data lies in it are stopped. */
export const runFolder = (): string => {
  const folder = join(scratch, process.env['TACT_TEST_RUN'] ?? String(process.pid));
  mkdirSync(folder, { recursive: true });
  return folder;
};

/** A new empty folder for one test, with the same care: a test that starts a server of its own keeps its data here. */
export const scratchFolder = (): string => {
  return mkdtempSync(join(runFolder(), 'test-'));
};
