import { expect, test } from '@jest/globals';

// A path in a variable: the tools are no part of the program that is compiled here.
const tool = '../../../tools/test-costs.mjs';
const cost = (file: string, more: object = {}) => ({
  stage: 'integration',
  ms: 1,
  skipped: 0,
  tests: 2,
  failed: 0,
  isFailed: false,
  ...more,
  file,
});
const summaryOf = async (...costs: readonly object[]): Promise<string> => {
  const { costsOf } = (await import(tool)) as {
    readonly costsOf: (costs: readonly object[], wallSeconds: number) => string;
  };
  return costsOf(costs, 1);
};

test('what was skipped has not passed, and is named', async () => {
  const summary = await summaryOf(cost('a'), cost('b', { skipped: 2 }), cost('c', { skipped: 1 }));
  expect(summary).toContain('3 files, 1 skipped, 2 passed');
  expect(summary).toContain('3 tests were SKIPPED');
  expect(summary).toContain('2 of 2  b');
  expect(summary).toContain('1 of 2  c');
});

test('a stage of which every file is skipped says no word of passing', async () => {
  expect(await summaryOf(cost('b', { skipped: 2 }))).not.toContain('passed');
});

test('a stage that was tried whole passed', async () => {
  const summary = await summaryOf(cost('a'));
  expect(summary).toContain('1 files, passed');
  expect(summary).not.toMatch(/skipped/i);
});

test('the totals of all stages are said in the words of jest', async () => {
  const { totalsOf } = (await import(tool)) as {
    readonly totalsOf: (costs: readonly object[]) => readonly string[];
  };
  const costs = [
    cost('a'),
    cost('b', { skipped: 2 }),
    cost('c', { stage: 'e2e', failed: 1, isFailed: true }),
  ];
  expect(totalsOf(costs)).toEqual([
    'Test Suites: 1 failed, 1 skipped, 1 passed, 3 total',
    'Tests:       1 failed, 2 skipped, 3 passed, 6 total',
  ]);
});
