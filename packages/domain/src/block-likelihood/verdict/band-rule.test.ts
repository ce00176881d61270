import { describe, expect, test } from '@jest/globals';
import type { Causes, SignalFamily } from '@tact/contracts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { type Judged, decideBand } from './band-rule.ts';
import { verdictSentences } from './verdict-sentences.ts';

const { publishing } = assumedPriors;
const justBelow = (value: number) => value - 1e-9;
const nobody: Causes = {
  reachable: 0,
  blocked: 0,
  'phone-off': 0,
  'long-off': 0,
  churned: 0,
  network: 0,
};
const judged = (causes: Partial<Causes>, more: Partial<Judged> = {}): Judged => ({
  causes: { ...nobody, ...causes },
  against: [],
  negativeFamilies: 0,
  signsOfLife: 0,
  ...more,
});
const against = (family: SignalFamily, probabilityWithout: number) => ({
  family,
  probabilityWithout,
});
const verdict = (causes: Partial<Causes>, more?: Partial<Judged>) => {
  const { band, rule } = decideBand(judged(causes, more), assumedPriors);
  return [band, rule.outcome];
};
const two = { negativeFamilies: publishing.negativeFamiliesMin.value };
const one = { negativeFamilies: publishing.negativeFamiliesMin.value - 1 };

describe('a block is suspected', () => {
  const { value } = publishing.suspected;

  test('from its bound on, by two families', () => {
    expect(verdict({ blocked: value }, two)).toEqual(['suspected', 'published']);
    expect(verdict({ blocked: justBelow(value) }, two)).toEqual(['undetermined', 'published']);
  });

  test('by one family only when it is very clear, and held back then', () => {
    const clear = publishing.suspectedByOneFamily.value;
    expect(verdict({ blocked: clear }, one)).toEqual(['suspected', 'held-back']);
    expect(verdict({ blocked: justBelow(clear) }, one)).toEqual(['undetermined', 'held-back']);
  });
});

describe('a block is probable', () => {
  const { value } = publishing.probable;
  const without = publishing.probableWithoutOneFamily.value;

  test('from its bound on', () => {
    expect(verdict({ blocked: value }, two)).toEqual(['probable', 'published']);
    expect(verdict({ blocked: justBelow(value) }, two)).toEqual(['suspected', 'published']);
  });

  test('when it stands without any one of its families, to the very bound', () => {
    const both = (other: number) => ({
      ...two,
      against: [against('delivery', 1), against('call', other)],
    });
    expect(verdict({ blocked: value }, both(without))).toEqual(['probable', 'published']);
    expect(verdict({ blocked: value }, both(justBelow(without)))).toEqual([
      'suspected',
      'held-back',
    ]);
  });
});

describe('another cause is published', () => {
  const { value } = publishing.otherCause;

  test.each(['phone-off', 'long-off', 'churned', 'network'] as const)(
    'when %s reaches its bound and something points away from the phone',
    (cause) => {
      expect(verdict({ [cause]: value }, one)).toEqual(['unreachable', 'published']);
      expect(verdict({ [cause]: justBelow(value) }, one)).toEqual(['undetermined', 'published']);
      expect(verdict({ [cause]: value })).toEqual(['undetermined', 'published']);
    },
  );

  test('when the causes reach it together', () => {
    const quarter = value / 4;
    const all = { 'phone-off': quarter, 'long-off': quarter, churned: quarter, network: quarter };
    expect(verdict(all, one)).toEqual(['unreachable', 'published']);
  });
});

describe('a person is reachable', () => {
  const { value } = publishing.reachable;

  test('from the bound on, with a sign of life', () => {
    expect(verdict({ reachable: value }, { signsOfLife: 1 })).toEqual(['reachable', 'published']);
    expect(verdict({ reachable: justBelow(value) }, { signsOfLife: 1 })).toEqual([
      'undetermined',
      'published',
    ]);
    expect(verdict({ reachable: value })).toEqual(['undetermined', 'published']);
  });
});

test.each([
  ['only-one', { blocked: 1 }, one],
  ['one-family', { blocked: publishing.suspected.value }, one],
  ['leans-on-one', { blocked: 1 }, { ...two, against: [against('call', 0)] }],
  ['suspected', { blocked: publishing.suspected.value }, two],
  ['undetermined', {}, {}],
] as const)('a verdict says its own sentences: %s', (word, causes, more) => {
  const { rule, whatWouldChange } = decideBand(judged(causes, more), assumedPriors);
  expect(rule.sentence).toEqual(verdictSentences[word].sentence);
  expect(whatWouldChange).toEqual(verdictSentences[word].whatWouldChange);
});
