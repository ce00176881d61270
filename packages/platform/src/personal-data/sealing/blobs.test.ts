import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Blobs } from './blobs.ts';
import { epochAt } from '../keys/key-epochs.ts';
import { LocalRootKey } from '../root-key/local-root-key.ts';

let folder: string;
let blobs: Blobs;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tact-blobs-'));
  blobs = new Blobs(await LocalRootKey.open(folder), () =>
    Promise.resolve(epochAt(Date.UTC(2026, 10, 26))),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a piece opens again with the wrapped key, at its own place only', async () => {
  const { key, wrapped } = await blobs.create('im_1');
  const box = key.seal('+33 6 39 98 01 01', 3);
  expect(box.includes('39 98')).toBe(false);
  const again = await blobs.open(wrapped, 'im_1');
  expect(again.open(box, 3).toString()).toBe('+33 6 39 98 01 01');
  expect(() => again.open(box, 4)).toThrow();
  box[20] = (box[20] ?? 0) ^ 1;
  expect(() => again.open(box, 3)).toThrow();
});

test('a wrapped key is of no use for another blob', async () => {
  const { wrapped } = await blobs.create('im_1');
  await expect(blobs.open(wrapped, 'im_2')).rejects.toThrow('did not wrap');
});

test('a wrapped key is of no use once its epoch is destroyed', async () => {
  const { wrapped } = await blobs.create('im_3');
  const root = await LocalRootKey.open(folder);
  await root.destroyEpoch(epochAt(Date.UTC(2026, 10, 26)));
  await expect(blobs.open(wrapped, 'im_3')).rejects.toThrow('epoch');
});
