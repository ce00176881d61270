import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { assumedPriors as priors } from '../block-likelihood/model/assumed-priors.ts';
import { assessContact } from '../block-likelihood/verdict/assess.ts';
import type { SignalFact } from '../block-likelihood/evidence/facts.ts';
import { calibrated } from './calibration.ts';
import { type Judged, labelFrequencyOf, saidOf, weighed } from './held-out.ts';

const judged = (truth: Judged['truth'], probability: number): Judged => ({ truth, probability });

describe('how often a block is reported', () => {
  test('is one in ten before anybody was seen', () => {
    expect(labelFrequencyOf([])).toBe(0.1);
  });

  test('counts each report as one of both, and the silent by what was expected of them', () => {
    expect(labelFrequencyOf([judged('said-blocked', 0.3)])).toBeCloseTo(3 / 21, 12);
    expect(labelFrequencyOf([judged('unlabelled', 0.5)])).toBeCloseTo(2 / 20.5, 12);
  });

  test('takes no block from a proved absence of one', () => {
    expect(labelFrequencyOf([judged('not-blocked', 0.9)])).toBe(0.1);
  });
});

test('whoever reported stands for several blocks, and takes them from the others', () => {
  const people = [
    judged('said-blocked', 0.7),
    judged('unlabelled', 0.4),
    judged('not-blocked', 0.1),
  ];
  expect(weighed(people, 0.25)).toEqual([
    { probability: 0.7, positive: 4, negative: -3 },
    { probability: 0.4, positive: 0, negative: 1 },
    { probability: 0.1, positive: 0, negative: 1 },
  ]);
});

describe('what a model says of a contact', () => {
  const start = Date.UTC(2026, 8, 1, 9);
  const facts: SignalFact[] = [
    { kind: 'message-sent', occurredAt: start, messageRef: 'mr_1' },
    { kind: 'message-sent', occurredAt: start + 5 * DAY_MS, messageRef: 'mr_2' },
    { kind: 'call-not-ringing', occurredAt: start + 6 * DAY_MS },
  ];
  const asOf = start + 9 * DAY_MS;

  test('without facts is the share blocked from the beginning', () => {
    expect(saidOf([], { priors, asOf })).toBe(0.005);
  });

  test('is the probability of the assessment', () => {
    expect(saidOf(facts, { priors, asOf })).toBe(
      assessContact(facts, { priors, asOf }).probability,
    );
  });

  test('is calibrated as the priors say', () => {
    const calibration = { slope: 1, intercept: 1 };
    const said = saidOf(facts, { asOf, priors: { ...priors, calibration } });
    expect(said).toBeCloseTo(calibrated(saidOf(facts, { priors, asOf }), calibration), 12);
  });

  test('leaves incidents out', () => {
    const incidents = [{ from: start - 1, until: asOf }];
    const said = saidOf(facts, { priors, asOf, incidents });
    expect(said).toBe(assessContact(facts, { priors, asOf, incidents }).probability);
    expect(said).toBeLessThan(saidOf(facts, { priors, asOf }) / 2);
  });
});
