import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { oncePerRun } from './once-per-run.ts';

test('is made once for all who ask at the same time, and by the next where making failed', async () => {
  const name = `once-${randomUUID()}`;
  let tries = 0;
  const make = async () => {
    tries += 1;
    if (tries === 1) throw new Error('the first try fails');
    return { made: tries };
  };
  await expect(oncePerRun(name, make)).rejects.toThrow('the first try fails');
  const asked = await Promise.all([1, 2, 3].map(() => oncePerRun(name, make)));
  expect(asked).toEqual([{ made: 2 }, { made: 2 }, { made: 2 }]);
  expect(await oncePerRun(name, make)).toEqual({ made: 2 });
  expect(tries).toBe(2);
});
