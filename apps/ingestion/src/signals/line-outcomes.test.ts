import { describe, expect, test } from '@jest/globals';
import { type EventStore, type Queryable, SubjectErased } from '@tact/platform';
import { type Outcome, type Prepare, refusedLine, runLines } from './line-outcomes.ts';

const tx = {} as Queryable;
const store = {
  transaction: <Result>(work: (own: Queryable) => Promise<Result>) => work(tx),
} as EventStore;
const applied: readonly Outcome[] = ['applied'];

/** Lines of these people: a run meets those who are erased, one after the other. */
const linesOf = (erasedPeople: readonly string[]) => {
  const leftOut: (readonly string[])[] = [];
  const prepare: Prepare = async (erased) => {
    leftOut.push([...erased]);
    const next = erasedPeople.find((one) => !erased.has(one));
    return () => (next === undefined ? Promise.resolve(applied) : fail(new SubjectErased([next])));
  };
  return { prepare, leftOut };
};
const fail = (cause: unknown): Promise<never> => Promise.reject(cause);

test('a refused line says where and why', () => {
  expect(refusedLine('/occurredAt', 'Lies in the future.')).toEqual({
    errors: [{ pointer: '/occurredAt', message: 'Lies in the future.' }],
  });
});

describe('lines', () => {
  test('run once, in one transaction, with what is done around them', async () => {
    const reported: unknown[] = [];
    const prepare: Prepare = async () => async (own) => {
      reported.push(['run', own === tx]);
      await Promise.resolve();
      reported.push('ran');
      return applied;
    };
    const outcomes = await runLines(store, prepare, {
      meanwhile: () => reported.push('meanwhile'),
      after: async (own, all) => {
        reported.push(['after', own === tx, all]);
      },
    });
    expect(outcomes).toBe(applied);
    expect(reported).toEqual([['run', true], 'meanwhile', 'ran', ['after', true, applied]]);
  });

  test('need nothing around them', async () => {
    expect(await runLines(store, linesOf([]).prepare)).toBe(applied);
  });

  test('run anew without the people who were erased meanwhile', async () => {
    const { prepare, leftOut } = linesOf(['a', 'b']);
    expect(await runLines(store, prepare)).toBe(applied);
    expect(leftOut).toEqual([[], ['a'], ['a', 'b']]);
  });

  test('run anew five times, then the erasure is thrown', async () => {
    const five = linesOf(['1', '2', '3', '4', '5']);
    expect(await runLines(store, five.prepare)).toBe(applied);
    const six = linesOf(['1', '2', '3', '4', '5', '6']);
    await expect(runLines(store, six.prepare)).rejects.toThrow(SubjectErased);
    expect(six.leftOut).toHaveLength(6);
  });

  test('do not run anew when anything else goes wrong', async () => {
    let runs = 0;
    const prepare: Prepare = async () => () => {
      runs += 1;
      return fail(new Error('The database is gone'));
    };
    await expect(runLines(store, prepare)).rejects.toThrow('The database is gone');
    expect(runs).toBe(1);
  });
});
