import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { scratchFolder } from '../../packages/testing/src/scratch.ts';
import { withLock } from './lock-file.ts';

test('holders take turns, and a failed one lets the next in', async () => {
  const path = join(scratchFolder(), 'turns.lock');
  let inside = 0;
  const seen: number[] = [];
  const turns = Array.from({ length: 8 }, (_, index) =>
    withLock(path, async () => {
      inside += 1;
      seen.push(inside);
      await new Promise(setImmediate);
      inside -= 1;
      if (index % 2 === 0) throw new Error('the work failed');
    }),
  );
  const settled = await Promise.allSettled(turns);
  expect(seen).toEqual(Array.from({ length: 8 }, () => 1));
  expect(settled.filter((turn) => turn.status === 'rejected')).toHaveLength(4);
  expect(existsSync(path)).toBe(false);
});

test('the lock of a killed process is taken over by exactly one of many', async () => {
  const path = join(scratchFolder(), 'killed.lock');
  const holder = spawn('sleep', ['60']);
  await once(holder, 'spawn');
  writeFileSync(path, `${holder.pid} token`);
  await expect(withLock(path, () => Promise.resolve(), 200)).rejects.toThrow(path);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  let count = 0;
  let inside = 0;
  let together = 0;
  await Promise.all(
    Array.from({ length: 6 }, () =>
      withLock(path, async () => {
        count += 1;
        inside += 1;
        together = Math.max(together, inside);
        expect(readFileSync(path, 'utf8')).toContain(String(process.pid));
        await new Promise(setImmediate);
        inside -= 1;
      }),
    ),
  );
  expect({ count, together }).toEqual({ count: 6, together: 1 });
});
