import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LocalRootKey } from './local-root-key.ts';
import { RootKeyRefused } from './refusals.ts';
import type { KeyPurpose } from './root-key.ts';

let home: string;
let folder: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tact-keys-'));
  folder = join(home, 'keys');
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('twenty first users make one key, of mode 600, and leave no draft', async () => {
  const keys = await Promise.all(Array.from({ length: 20 }, () => LocalRootKey.open(folder)));
  const derived = keys.map((key) => Buffer.from(key.derive('identity-index')).toString('hex'));
  expect(new Set(derived).size).toBe(1);
  expect(await readdir(folder)).toEqual(['root.key']);
  const { mode, size } = await stat(join(folder, 'root.key'));
  expect([mode & 0o777, size]).toEqual([0o600, 32]);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('every purpose has a key of its own, none of them the root', async () => {
  const key = await LocalRootKey.open(folder);
  const purposes: KeyPurpose[] = [
    'identity-index',
    'message-refs',
    'event-ids',
    'fence',
    'root-check',
  ];
  const root = (await readFile(join(folder, 'root.key'))).toString('hex');
  const derived = purposes.map((purpose) => Buffer.from(key.derive(purpose)).toString('hex'));
  expect(new Set([...derived, root]).size).toBe(purposes.length + 1);
});

test.each([0o640, 0o604, 0o644])('a file others may read (%s) is refused', async (mode) => {
  await LocalRootKey.open(folder);
  await chmod(join(folder, 'root.key'), mode);
  await expect(LocalRootKey.open(folder)).rejects.toThrow(RootKeyRefused);
});

test('a file of another length is refused, never replaced', async () => {
  await LocalRootKey.open(folder);
  await writeFile(join(folder, 'root.key'), 'short');
  await expect(LocalRootKey.open(folder)).rejects.toThrow('must hold 32 bytes');
});

test('a wrapped key opens in its context and under its root only', async () => {
  const key = await LocalRootKey.open(folder);
  const other = await LocalRootKey.open(join(home, 'other'));
  const wrapped = await key.wrap(Buffer.alloc(32, 5), 'epoch 1');
  expect(Buffer.from(await key.unwrap(wrapped, 'epoch 1'))).toEqual(Buffer.alloc(32, 5));
  await expect(key.unwrap(wrapped, 'epoch 2')).rejects.toThrow(RootKeyRefused);
  await expect(other.unwrap(wrapped, 'epoch 1')).rejects.toThrow(RootKeyRefused);
});
