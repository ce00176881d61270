import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { homeAt } from '../../home/home.ts';
import { terminalOn } from '../../terminal/terminal.ts';
import { restore } from './restore.ts';

test('a data folder that holds topics of another history is refused', async () => {
  const home = homeAt(mkdtempSync(join(tmpdir(), 'tact-restore-')));
  mkdirSync(join(home.kafka, 'contact-signals.v1-0'), { recursive: true });
  writeFileSync(join(home.kafka, 'meta.properties'), 'x');
  const place = { home, env: {}, terminal: terminalOn({ write: () => 0 }) };
  const flags = { olderThanSevenDays: false, deleteTopics: false };
  await expect(restore('/nowhere', flags, place)).rejects.toThrow(
    'kafka holds the topics of another history: remove this folder',
  );
  rmSync(home.root, { recursive: true });
});
