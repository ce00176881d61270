import Sequencer from '@jest/test-sequencer';

/** Longest files first, so that none runs alone at the end. A fresh clone does not know them yet: conformance it is. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isLong = ({ context }) => context.config.displayName?.name === 'conformance';
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
