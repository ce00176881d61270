import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { homeAt, openHome, type Home } from '../home/home.ts';
import { agreeToReset } from './reset.ts';
import { terminalOn } from '../terminal/terminal.ts';

let home: Home;

beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'tact-reset-')));
  openHome(home);
});
afterEach(() => {
  rmSync(home.root, { recursive: true, force: true });
});

const fill = (): void => {
  mkdirSync(join(home.postgres, 'base'), { recursive: true });
  writeFileSync(join(home.postgres, 'base', 'table'), Buffer.alloc(3_000_000));
  mkdirSync(join(home.root, 'keys'));
  writeFileSync(home.credentials, '{}');
};

const asked = (typed: string | undefined, { isTTY = true, yes = false } = {}) => {
  let said = '';
  const input: PassThrough & { isTTY?: boolean } = new PassThrough();
  input.isTTY = isTTY;
  if (typed !== undefined) input.end(typed);
  const controller = new AbortController();
  const terminal = terminalOn({ isTTY, write: (text) => (said += text) });
  const { signal } = controller;
  const agreed = agreeToReset(home, { yes, env: {}, input, terminal, signal });
  return {
    agreed,
    said: () => said,
    interrupt: () => controller.abort(new Error('asked to stop')),
  };
};

test('a person reads what is lost, how much it is and what that means, and agrees', async () => {
  fill();
  const { agreed, said } = asked('yes\n');
  await agreed;
  expect(said().split('\n')).toEqual([
    `--reset deletes from ${home.root}, for ever:`,
    '  - all data: PostgreSQL (3 MB)',
    '  - every API key: programs that use one are refused',
    '  - the root key: personal data, backups included, become unreadable for ever',
    '  - the logs',
    'Delete all this? Type yes to go on, anything else to stop.',
    '',
  ]);
});

test.each(['n\n', '\n', '', 'yesterday\n'])('%j is no agreement', async (typed) => {
  fill();
  await expect(asked(typed).agreed).rejects.toThrow('Nothing was deleted and nothing was started.');
});

test('Ctrl-C at the question says that nothing was deleted', async () => {
  fill();
  const { agreed, said, interrupt } = asked(undefined);
  interrupt();
  await expect(agreed).rejects.toThrow('asked to stop');
  expect(said()).toContain('Nothing was deleted and nothing was started.');
});

test('without a terminal it is refused, and --yes is an answer', async () => {
  fill();
  await expect(asked('yes\n', { isTTY: false }).agreed).rejects.toThrow(
    /^--reset deletes from .*PostgreSQL.*the root key.* npm start -- --reset --yes\. Nothing was deleted/,
  );
  await asked(undefined, { isTTY: false, yes: true }).agreed;
});

test('where there is nothing to lose nobody is asked', async () => {
  await asked(undefined, { isTTY: false }).agreed;
});
