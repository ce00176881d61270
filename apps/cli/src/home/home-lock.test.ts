import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lockHome } from './home-lock.ts';
import { identityOf } from './process-identity.ts';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tact-lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('is held by one, and gone when given back', () => {
  const unlock = lockHome(lock);
  expect(() => lockHome(lock)).toThrow(
    `Tact already runs on this data folder (process ${process.pid})`,
  );
  unlock();
  expect(readdirSync(folder)).toEqual([]);
});

test('of a process that is gone is taken over', () => {
  const { pid } = spawnSync('true');
  writeFileSync(lock, JSON.stringify({ pid, began: 'once' }));
  lockHome(lock)();
  expect(existsSync(lock)).toBe(false);
});

test('of a pid that now belongs to another program is taken over', () => {
  writeFileSync(lock, JSON.stringify({ pid: process.ppid, began: 'before the reboot' }));
  lockHome(lock)();
  writeFileSync(lock, JSON.stringify(identityOf(process.ppid)));
  expect(() => lockHome(lock)).toThrow('already runs');
});

test('that was cut short in the middle is taken over', () => {
  writeFileSync(lock, '{"pid":');
  lockHome(lock)();
  expect(existsSync(lock)).toBe(false);
});
