import Sequencer from '@jest/test-sequencer';

/** Short files with long suites: a fresh clone, which knows no times yet, would run them last. */
const longSuite = /[\\/](?:conformance[\\/]|withstand-)[^\\/]+$/;

/** The longest files first, by what they took the last time, so that none runs alone at the end. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isLong = ({ path }) => longSuite.test(path);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
