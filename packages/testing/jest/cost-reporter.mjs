import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Writes what each file took to the file `TACT_TEST_COSTS`, for the summary that `npm test` prints at its end. */
export default class CostReporter {
  #root;

  constructor({ rootDir }) {
    this.#root = rootDir;
  }

  onRunComplete(_contexts, { testResults }) {
    const file = process.env.TACT_TEST_COSTS;
    if (!file) return;
    const costs = testResults.map(({ displayName, testFilePath, perfStats, ...result }) => ({
      stage: displayName?.name ?? '',
      file: relative(this.#root, testFilePath),
      ms: perfStats.runtime,
      skipped: result.numPendingTests + result.numTodoTests,
      tests: result.testResults.length,
      failed: result.numFailingTests,
      isFailed: result.numFailingTests > 0 || Boolean(result.testExecError),
    }));
    writeFileSync(file, JSON.stringify(costs));
  }
}
