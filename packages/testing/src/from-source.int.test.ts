import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { scratchFolder } from './scratch.ts';

const loader = new URL('../jest/from-source.mjs', import.meta.url).href;

test('a process runs its source as it stands, whatever was kept of an earlier one', () => {
  const file = join(scratchFolder(), 'word.ts');
  const KEPT_SOURCES = scratchFolder();
  const env = { ...process.env, KEPT_SOURCES };
  const printed = (source: string) => {
    writeFileSync(file, source);
    return execFileSync(process.execPath, ['--import', loader, file], { encoding: 'utf8', env });
  };
  const saying = (word: string) => `const word: string = '${word}';\nconsole.log(word);\n`;
  expect(printed(saying('first'))).toBe('first\n');
  expect(printed(saying('first'))).toBe('first\n');
  expect(printed(saying('other'))).toBe('other\n');
  expect(readdirSync(KEPT_SOURCES)).toHaveLength(1);
});
