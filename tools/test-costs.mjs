// What the stages of `npm test` cost, and which files cost most: whoever waits sees where.
const SLOWEST = 10;

const seconds = (ms) => (ms / 1_000).toFixed(1).padStart(7);

const isSkippedWhole = ({ skipped, tests }) => skipped > 0 && skipped === tests;

/** What was not tried has not passed: each file with skipped tests is named. */
const skippedIn = (costs) => {
  const files = costs.filter(({ skipped }) => skipped > 0);
  const count = files.reduce((sum, { skipped }) => sum + skipped, 0);
  if (count === 0) return [];
  return [
    `tact · ${count} tests were SKIPPED:`,
    ...files.map(({ file, skipped, tests }) => `  ${skipped} of ${tests}  ${file}`),
  ];
};

/** One line a stage, then the slowest files; `wallSeconds` is what all of it took, side by side. */
export function costsOf(costs, wallSeconds) {
  const stages = [...new Set(costs.map(({ stage }) => stage))];
  const lines = stages.map((stage) => {
    const files = costs.filter((file) => file.stage === stage);
    const ms = files.reduce((sum, file) => sum + file.ms, 0);
    const failed = files.filter(({ isFailed }) => isFailed).length;
    const whole = files.filter(isSkippedWhole).length;
    const passed = files.length - failed - whole;
    const outcome = [
      ...(failed === 0 ? [] : [`${failed} FAILED`]),
      ...(whole === 0 ? [] : [`${whole} skipped`]),
      ...(passed === 0 ? [] : [passed === files.length ? 'passed' : `${passed} passed`]),
    ].join(', ');
    return `${seconds(ms)} s  ${stage.padEnd(12)} ${files.length} files, ${outcome}`;
  });
  const slowest = costs.toSorted((one, other) => other.ms - one.ms).slice(0, SLOWEST);
  return [
    `\ntact · the tests took ${wallSeconds.toFixed(1)} s; file by file, of which several ran at a time:`,
    ...lines,
    ...skippedIn(costs),
    ...(costs.length > 1 ? ['tact · the slowest files:'] : []),
    ...(costs.length > 1 ? slowest.map(({ file, ms }) => `${seconds(ms)} s  ${file}`) : []),
  ].join('\n');
}

const counted = (counts) =>
  counts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])).join(', ');

/** How many files and tests of all stages passed, in jest's words: jest itself counts each of its runs alone. */
export function totalsOf(costs) {
  const sum = (of) => costs.reduce((total, cost) => total + of(cost), 0);
  const [tests, failed, skipped] = [
    sum((cost) => cost.tests),
    sum((cost) => cost.failed),
    sum((cost) => cost.skipped),
  ];
  const suites = [
    sum(({ isFailed }) => Number(isFailed)),
    sum((cost) => Number(isSkippedWhole(cost))),
  ];
  const line = (name, all, [broken, left]) =>
    `${name.padEnd(12)} ${counted([
      [broken, 'failed'],
      [left, 'skipped'],
      [all - broken - left, 'passed'],
      [all, 'total'],
    ])}`;
  return [line('Test Suites:', costs.length, suites), line('Tests:', tests, [failed, skipped])];
}
