import { expect, test } from '@jest/globals';
import { FairQueue } from './fair-queue.ts';

/** Work that ends when it is told to, and remembers when it began. */
const workshop = (atOnce: number) => {
  const queue = new FairQueue(atOnce);
  const begun: string[] = [];
  const running: (() => void)[] = [];
  const start = (caller: string, name = caller, fails = false) =>
    queue.run(caller, () => {
      begun.push(name);
      return new Promise<string>((resolve, reject) => {
        running.push(() => (fails ? reject(new Error(name)) : resolve(name)));
      });
    });
  const endOne = async () => {
    running.shift()?.();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { begun, start, endOne };
};

test('no more run at once than there are places', async () => {
  const { begun, start, endOne } = workshop(2);
  const all = ['a', 'b', 'c', 'd'].map((name) => start(name));
  expect(begun).toEqual(['a', 'b']);
  await endOne();
  expect(begun).toEqual(['a', 'b', 'c']);
  for (let left = 0; left < 3; left += 1) await endOne();
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
});

test('whoever asks for much waits for itself, and the others go in between', async () => {
  const { begun, start, endOne } = workshop(1);
  const noisy = Array.from({ length: 5 }, (_, nth) => start('noisy', `noisy ${nth}`));
  const others = [start('other', 'other 0'), start('third', 'third 0'), start('other', 'other 1')];
  for (let left = 0; left < 8; left += 1) await endOne();
  expect(begun).toEqual([
    'noisy 0',
    'noisy 1',
    'other 0',
    'third 0',
    'noisy 2',
    'other 1',
    'noisy 3',
    'noisy 4',
  ]);
  await Promise.all([...noisy, ...others]);
});

test('work that fails gives its place on', async () => {
  const { begun, start, endOne } = workshop(1);
  const failing = start('a', 'a', true);
  const waiting = start('b');
  await Promise.all([expect(failing).rejects.toThrow('a'), endOne()]);
  expect(begun).toEqual(['a', 'b']);
  await endOne();
  expect(await waiting).toBe('b');
});
