import { createSecretKey, hkdfSync } from 'node:crypto';
import { chmod, link, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sealBox } from '../boxes.ts';
import { LocalRootKey } from './local-root-key.ts';
import { RootKeyRefused } from '../refusals.ts';
import { rootKeyContract } from '../../../../testing/src/root-key-contract.ts';
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
    'address-refs',
    'fence',
    'root-check',
    'signing-keys',
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

test('what earlier versions wrapped by the root opens in its context and under its root only', async () => {
  const key = await LocalRootKey.open(folder);
  const other = await LocalRootKey.open(join(home, 'other'));
  const root = await readFile(join(folder, 'root.key'));
  const wrapping = createSecretKey(
    Buffer.from(hkdfSync('sha256', root, '', 'tact/key-encryption/1', 32)),
  );
  const wrapped = sealBox(wrapping, Buffer.alloc(32, 5), 'tact key epoch 1');
  expect(Buffer.from(await key.unwrap(wrapped, 'tact key epoch 1'))).toEqual(Buffer.alloc(32, 5));
  await expect(key.unwrap(wrapped, 'tact key epoch 2')).rejects.toThrow(RootKeyRefused);
  await expect(other.unwrap(wrapped, 'tact key epoch 1')).rejects.toThrow(RootKeyRefused);
});

test('an epoch has one file of mode 600, overwritten before it is unlinked', async () => {
  const key = await LocalRootKey.open(folder);
  await key.wrapForEpoch(7, Buffer.alloc(32, 5));
  const path = join(folder, 'epoch-7.key');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const before = await readFile(path);
  // A second name for the same bytes shows what is left of them after the unlink.
  await link(path, join(home, 'copy'));
  await key.destroyEpoch(7);
  expect(await readdir(folder)).toEqual(['root.key']);
  expect((await readFile(join(home, 'copy'))).equals(before)).toBe(false);
});

test('an epoch file others may read is refused', async () => {
  const key = await LocalRootKey.open(folder);
  const wrapped = await key.wrapForEpoch(7, Buffer.alloc(32, 5));
  await chmod(join(folder, 'epoch-7.key'), 0o640);
  await expect(key.unwrapForEpoch(7, wrapped)).rejects.toThrow('chmod 600');
});

rootKeyContract('local files', () => {
  const open = () => LocalRootKey.open(folder);
  const other = () => LocalRootKey.open(join(home, 'other'));
  return Promise.resolve({ open, other });
});
