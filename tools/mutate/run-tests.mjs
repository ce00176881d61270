import { expect } from './jest-globals.mjs';

const around = (suite) => (suite === undefined ? [] : [...around(suite.parent), suite]);

async function begin(suites) {
  for (const suite of suites) {
    if (suite.isBegun) continue;
    suite.isBegun = true;
    for (const hook of suite.beforeAll) await hook();
  }
}

/** Runs one collected test with its hooks; rejects when it fails. */
export async function runTest({ suite, body }) {
  const suites = around(suite);
  await begin(suites);
  expect.setState({ assertionCalls: 0, expectedAssertionsNumber: null });
  for (const one of suites) for (const hook of one.beforeEach) await hook();
  try {
    await body();
  } finally {
    for (const one of suites.toReversed()) for (const hook of one.afterEach) await hook();
  }
  const [unmet] = expect.extractExpectedAssertionsErrors();
  if (unmet !== undefined) throw unmet.error;
}

/** What the suites of these tests began is ended, innermost first. */
export async function endSuites(tests) {
  const begun = new Set(tests.flatMap(({ suite }) => around(suite).toReversed()));
  for (const suite of begun) {
    if (suite.isBegun) for (const hook of suite.afterAll) await hook();
  }
}
