import { expect, test } from '@jest/globals';

// A path in a variable: the tools are no part of the program that is compiled here.
const tool = '../../../tools/test-bounds.mjs';
type Cost = {
  readonly stage: string;
  readonly file: string;
  readonly ms: number;
  readonly skipped: number;
  readonly tests: number;
  readonly isFailed: boolean;
};
type Known = Readonly<Record<string, readonly number[]>>;
const { withRun, overBounds } = (await import(tool)) as {
  readonly withRun: (known: Known, costs: readonly Cost[], exists: () => boolean) => Known;
  readonly overBounds: (costs: readonly Cost[], known: Known) => string[];
};
const cost = (stage: string, ms: number, more: Partial<Cost> = {}): Cost => ({
  stage,
  file: `a.${stage}`,
  ms,
  skipped: 0,
  tests: 1,
  isFailed: false,
  ...more,
});
const here = () => true;

test.each([
  ['unit', 3_000, 3_001],
  ['integration', 15_000, 15_001],
])('a file of %s may take %i ms and not more', (stage, may, mayNot) => {
  const listed = (ms: number) => {
    const costs = [cost(stage, ms)];
    return overBounds(costs, withRun({}, costs, here)).join('\n');
  };
  expect(listed(may)).toBe('');
  expect(listed(mayNot)).toContain(`a.${stage}`);
});

test('whole processes have no bound', () => {
  const costs = [cost('e2e', 600_000)];
  expect(overBounds(costs, withRun({}, costs, here))).toEqual([]);
});

test('a file is judged by the quickest of its last five runs, for others run beside it', () => {
  const slow = [cost('unit', 9_000)];
  let known = withRun({}, [cost('unit', 2_000)], here);
  for (let run = 0; run < 4; run += 1) known = withRun(known, slow, here);
  expect(overBounds(slow, known)).toEqual([]);
  known = withRun(known, slow, here);
  expect(overBounds(slow, known)).toContain('    9.0 s of 3  a.unit');
});

test('what failed or was skipped took no time, and who is gone is forgotten', () => {
  const failed = cost('unit', 1, { isFailed: true });
  const skipped = cost('unit', 1, { skipped: 1 });
  expect(withRun({ 'a.unit': [5_000] }, [failed, skipped], here)).toEqual({ 'a.unit': [5_000] });
  expect(withRun({ 'a.unit': [5_000] }, [], () => false)).toEqual({});
});
