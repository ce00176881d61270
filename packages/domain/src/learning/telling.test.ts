import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { assumedPriors } from '../block-likelihood/model/assumed-priors.ts';
import type { SignalFact } from '../block-likelihood/evidence/facts.ts';
import { calibrated, calibratedCauses, plattOf } from './calibration.ts';
import { calibrationFrom, fittedPriors, assumedTaught } from './fit.ts';
import { type Judged, labelFrequencyOf, saidOf, weighed } from './held-out.ts';
import { exampleOf, labelWithin } from './labels.ts';
import { metricsOf } from './metrics.ts';
import { reliabilitySvg } from './reliability-svg.ts';
import { assessContact } from '../block-likelihood/verdict/assess.ts';

const day = (n: number, hour = 9) => Date.UTC(2026, 8, 1) + n * DAY_MS + hour * HOUR_MS;
const sent = (n: number): SignalFact => ({
  kind: 'message-sent',
  occurredAt: day(n),
  messageRef: `mr_${n}`,
});
const wrote = (n: number): SignalFact => ({ kind: 'inbound-message', occurredAt: day(n) });
const window = { splitAt: day(20, 0), until: day(40, 0) };

describe('what a contact can be judged by', () => {
  test('words come before signs of life, as of the morning of that day', () => {
    const outcomes = [{ kind: 'said-blocked', at: day(30) }] as const;
    const example = exampleOf([sent(1), wrote(25)], outcomes, window);
    expect(example).toEqual({ asOf: day(30, 0), truth: 'said-blocked' });
    expect(exampleOf([sent(1), wrote(25), wrote(22)], [], window)).toEqual({
      asOf: day(22, 0),
      truth: 'not-blocked',
    });
    expect(exampleOf([sent(1)], [], window)).toEqual({ asOf: window.until, truth: 'unlabelled' });
  });

  test('nobody is judged by a word of before the split, on no facts, or under a wrong number', () => {
    const early = [{ kind: 'said-blocked', at: day(3) }] as const;
    expect(exampleOf([sent(1)], early, window)?.truth).toBe('unlabelled');
    expect(exampleOf([wrote(25)], [], window)).toBeUndefined();
    const wrong = [{ kind: 'number-wrong', at: day(30) }] as const;
    expect(exampleOf([sent(1)], wrong, window)).toBeUndefined();
  });

  test('the latest word stands, and at one instant the innocent one', () => {
    const reported = [
      { kind: 'abroad', at: day(4) },
      { kind: 'said-blocked', at: day(4) },
      { kind: 'said-blocked', at: day(2) },
    ] as const;
    for (const outcomes of [reported, reported.toReversed()]) {
      expect(labelWithin(outcomes, { from: 0, until: day(9) })?.said).toBe('not-blocked');
      expect(labelWithin(outcomes, { from: 0, until: day(3) })?.said).toBe('blocked');
    }
  });
});

const judged = (truth: Judged['truth'], probability: number, size: number): Judged[] =>
  Array.from({ length: size }, () => ({ truth, probability }));

describe('people who tell are a sample', () => {
  // Of 100 blocks, all said to be 80 % likely with 25 others, 20 are told; 400 are proved not to have.
  const held = [
    ...judged('said-blocked', 0.8, 20),
    ...judged('unlabelled', 0.8, 105),
    ...judged('not-blocked', 0.1, 360),
    ...judged('unlabelled', 0.1, 40),
  ];

  test('how often a block is told comes near the truth', () => {
    expect(labelFrequencyOf(held)).toBeGreaterThan(0.14);
    expect(labelFrequencyOf(held)).toBeLessThan(0.24);
    expect(labelFrequencyOf([])).toBeCloseTo(0.1);
  });

  test('with the true share, the corrected diagram is what was so', () => {
    const { bins, auc } = metricsOf(held, 0.2);
    expect(bins.map(({ observed }) => observed)).toEqual([0, 0.8]);
    // Every block above, 400 of 425 others below: half of the ties.
    expect(auc).toBeCloseTo((400 + 12.5) / 425, 9);
  });

  test('without the correction the silent would count as reachable', () => {
    expect(metricsOf(held, 1).bins.at(-1)?.observed).toBeCloseTo(20 / 125);
  });

  test('nothing is measured on one side only', () => {
    expect(metricsOf(judged('not-blocked', 0.1, 30), 0.2)).toEqual({
      examples: 30,
      saidBlocked: 0,
      notBlocked: 30,
      bins: [],
    });
  });
});

describe('calibration', () => {
  test('is the identity while few people told, and says so', () => {
    const few = [...judged('said-blocked', 0.9, 3), ...judged('not-blocked', 0.1, 90)];
    expect(calibrationFrom(few, 0.2)).toMatchObject({ method: 'identity', slope: 1, intercept: 0 });
    expect(calibrationFrom(few, 0.2).because).toContain('3 held-out people');
  });

  test('takes overconfidence back, and makes held-out people likelier', () => {
    const sure = [
      ...judged('said-blocked', 0.97, 40),
      ...judged('unlabelled', 0.97, 60),
      ...judged('said-blocked', 0.03, 10),
      ...judged('not-blocked', 0.03, 90),
    ];
    const found = plattOf(weighed(sure, 0.5));
    expect(found.slope).toBeLessThan(1);
    const better = sure.map((one) => ({ ...one, probability: calibrated(one.probability, found) }));
    const [before, now] = [metricsOf(sure, 0.5), metricsOf(better, 0.5)];
    expect(now.logLoss).toBeLessThan(before.logLoss ?? 0);
    expect(now.auc).toBeCloseTo(before.auc ?? 0);
  });

  test('keeps causes adding up, the waterfall too, and a sign of life decisive', () => {
    const calibration = { slope: 0.5, intercept: 2 };
    const priors = fittedPriors(assumedTaught, { version: 'bent', calibration });
    const facts = [sent(1), sent(8), { kind: 'call-not-ringing', occurredAt: day(12) } as const];
    const now = assessContact(facts, { priors, asOf: day(20) });
    const before = assessContact(facts, { priors: assumedPriors, asOf: day(20) });
    expect(now.probability).toBeCloseTo(calibrated(before.probability, calibration), 9);
    expect(Object.values(now.causes).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
    const added = now.families.reduce(
      (sum, { contribution }) => sum + contribution,
      now.priorLogOdds,
    );
    expect(1 / (1 + Math.exp(-added))).toBeCloseTo(now.probability, 6);
    expect(saidOf([...facts, wrote(19)], { asOf: day(19, 23), priors })).toBeLessThan(0.05);
    expect(calibratedCauses({ ...now.causes, blocked: 1 }, calibration).blocked).toBe(1);
  });
});

describe('the reliability diagram', () => {
  const reported = [...judged('said-blocked', 0.8, 20), ...judged('not-blocked', 0.1, 60)];

  test('is read aloud, and uses no colour', () => {
    const svg = reliabilitySvg('2026-11-26-learned-1', metricsOf(reported, 0.5));
    expect(svg).toContain('role="img" aria-labelledby="title desc"');
    expect(svg).toContain('Between 80 % and 90 %: 20 people, 80 % predicted, 100 % had blocked.');
    expect([...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, paint]) => paint)).toEqual(
      expect.not.arrayContaining([expect.not.stringMatching(/^(none|#000|#fff)$/)]),
    );
  });

  test('says so when there is nothing to draw, and trusts no name', () => {
    const svg = reliabilitySvg('<v&1>', metricsOf([], 0.5));
    expect(svg).toContain('too few people to tell');
    expect(svg).toContain('&lt;v&amp;1&gt;');
  });
});
