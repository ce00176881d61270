import { describe, expect, test } from '@jest/globals';
import { emptyDay, type DayPlan } from '../evidence/day-plan.ts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { modelOf } from '../model/model.ts';
import { coreLikelihoods, lookLikelihood, weighLooks } from './day-likelihood.ts';

const model = modelOf(assumedPriors);
const [ON, PATCHY, OFF_DAYS, CHURNED] = [0, 1, 2, 4];

/** The likelihoods of a day, of a writer unless said otherwise, by link: free, queued, blocked. */
const likely = (plan: Partial<DayPlan>, liveness: number, talker = 0) => {
  const into = new Float64Array(30).fill(NaN);
  coreLikelihoods(model, { ...emptyDay(1), ...plan }, into);
  expect([...into].some(Number.isNaN)).toBe(false);
  return [0, 5, 10].map((link) => into[talker * 15 + link + liveness]);
};
const near = (...values: readonly number[]) =>
  values.map((one): unknown => expect.closeTo(one, 15));

describe('messages', () => {
  test('of none a day says nothing', () => {
    for (const liveness of [ON, PATCHY, OFF_DAYS, CHURNED])
      expect(likely({}, liveness)).toEqual([1, 1, 1]);
  });

  test('that arrive on the day they are sent prove the phone, and no block', () => {
    expect(likely({ arrived: 'any' }, ON)).toEqual(near(0.985, 0.985, 0.985e-6));
    expect(likely({ arrived: 'any' }, PATCHY)).toEqual(near(0.35, 0.35, 0.35e-6));
    expect(likely({ arrived: 'any' }, OFF_DAYS)).toEqual(near(1e-9, 1e-9, 1e-15));
  });

  test('that arrive out of the queue were waiting there', () => {
    expect(likely({ arrived: 'queue', waits: true }, ON)).toEqual(near(0.985e-6, 0.985, 0.985e-6));
  });

  test('that wait count against a phone that is on, where something waits', () => {
    expect(likely({ waits: true }, ON)).toEqual(near(1, 0.015, 1));
    expect(likely({ waits: true }, PATCHY)).toEqual(near(1, 0.65, 1));
    expect(likely({ waits: true }, OFF_DAYS)).toEqual([1, 1, 1]);
  });

  test('that are refused as unreachable point to a number given up, not to a block', () => {
    expect(likely({ unreachable: true }, ON)).toEqual(near(0.002, 0.002, 0.002));
    expect(likely({ unreachable: true }, CHURNED)).toEqual(near(0.8, 0.8, 0.002));
  });

  test('that are accepted were not refused', () => {
    expect(likely({ accepted: true }, ON)).toEqual(near(0.998, 0.998, 0.998));
    expect(likely({ accepted: true }, CHURNED)).toEqual(near(0.2, 0.2, 0.998));
    const both = likely({ accepted: true, unreachable: true }, CHURNED);
    expect(both).toEqual(near(0.16, 0.16, 0.002 * 0.998));
  });
});

describe('calls and groups', () => {
  test('a call that rang came through, which a block hardly lets happen', () => {
    expect(likely({ ring: 'some' }, ON)).toEqual(near(0.94, 0.94, 0.94e-6));
    expect(likely({ ring: 'some' }, OFF_DAYS)).toEqual(near(0.01, 0.01, 1e-8));
  });

  test('a silent call is likelier under a block', () => {
    expect(likely({ ring: 'none' }, ON)).toEqual(near(0.06, 0.06, 0.98));
    expect(likely({ ring: 'none' }, PATCHY)).toEqual(near(0.67, 0.67, 0.98));
  });

  test('a receipt of a group tells of the phone alone', () => {
    expect(likely({ receipt: true }, ON)).toEqual(near(0.9, 0.9, 0.9));
    expect(likely({ receiptMissing: true }, ON)).toEqual(near(0.1, 0.1, 0.1));
    expect(likely({ receiptMissing: true }, OFF_DAYS)).toEqual(near(0.995, 0.995, 0.995));
  });

  test('both multiply', () => {
    expect(likely({ receipt: true, ring: 'some' }, ON)).toEqual(near(0.846, 0.846, 0.846e-6));
    expect(likely({ receipt: true, ring: 'none' }, ON)).toEqual(near(0.054, 0.054, 0.882));
  });
});

describe('inbound messages', () => {
  test('that came prove the phone, and no block', () => {
    expect(likely({ inbound: 'some' }, ON)).toEqual(near(0.07, 0.07, 0.07e-6));
    expect(likely({ inbound: 'some' }, ON, 1)).toEqual(near(0.004, 0.004, 0.004e-6));
    expect(likely({ inbound: 'some' }, OFF_DAYS)).toEqual(near(1e-9, 1e-9, 1e-15));
  });

  test('that did not come count by how often such people write', () => {
    expect(likely({ inbound: 'none' }, ON)).toEqual(near(0.93, 0.93, 1));
    expect(likely({ inbound: 'none' }, ON, 1)).toEqual(near(0.996, 0.996, 1));
    expect(likely({ inbound: 'none' }, OFF_DAYS)).toEqual([1, 1, 1]);
  });

  test('multiply with what messages and calls say', () => {
    const plan = { inbound: 'none', ring: 'none', waits: true } as const;
    expect(likely(plan, ON)).toEqual(near(0.93 * 0.06, 0.93 * 0.06 * 0.015, 0.98));
  });
});

describe('a look', () => {
  const { photo } = model.looks;
  const chance = (setting: number, isSeen: boolean, isBlocked: boolean) =>
    lookLikelihood(photo, setting, { isSeen, isBlocked });

  test('sees what is open, and hardly what is closed or was never there', () => {
    expect([0, 1, 2].map((setting) => chance(setting, true, false))).toEqual([0.985, 0.005, 0.005]);
    expect([0, 1, 2].map((setting) => chance(setting, false, false))).toEqual(
      near(0.015, 0.995, 0.995),
    );
  });

  test('under a block sees an open photo seldom, and nothing less of a closed one', () => {
    expect([0, 1, 2].map((setting) => chance(setting, true, true))).toEqual([0.06, 0.005, 0.005]);
    expect(chance(0, false, true)).toBeCloseTo(0.94, 12);
  });

  test('weighs each cell by its own setting, of two traits each by its own', () => {
    const weights = new Float64Array(30 * 9).fill(1);
    const looks: DayPlan['looks'] = new Map([
      ['presence/false', { trait: 'presence', seen: false }],
      ['photo/true', { trait: 'photo', seen: true }],
    ]);
    weighLooks(model, { weights, traits: ['photo', 'presence'] }, looks);
    const at = (cell: number, photoSetting: number, presence: number) =>
      weights[cell * 9 + photoSetting * 3 + presence];
    expect(at(0, 0, 0)).toBeCloseTo(0.985 * 0.015, 12);
    expect(at(9, 0, 1)).toBeCloseTo(0.985 * 0.995, 12);
    expect(at(0, 1, 0)).toBeCloseTo(0.005 * 0.015, 12);
    expect(at(10, 0, 0)).toBeCloseTo(0.06 * 0.99, 12);
    expect(at(29, 0, 1)).toBeCloseTo(0.06 * 0.995, 12);
    expect(at(15, 2, 2)).toBeCloseTo(0.005 * 0.995, 12);
  });
});
