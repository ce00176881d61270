import { describe, expect, test } from '@jest/globals';
import { emptyDay, type DayPlan } from '../block-likelihood/evidence/day-plan.ts';
import { assumedPriors } from '../block-likelihood/model/assumed-priors.ts';
import { coreStep, modelOf, type Hazard } from '../block-likelihood/model/model.ts';
import { noCounts, type Counts } from './counts.ts';
import type { LearningDay } from './days.ts';
import {
  countInbound,
  countMessagesAndCalls,
  countNight,
  countTalker,
  countTelling,
} from './observations.ts';

const calm: Hazard = { complaint: false, frequent: false, optOut: false };
const model = modelOf(assumedPriors);
const [WRITER, QUIET] = [0, 1];
const [FREE, QUEUED, BLOCKED] = [0, 1, 2];
const [ON, PATCHY, OFF_DAYS, CHURNED] = [0, 1, 2, 4];
const cellOf = (talker: number, link: number, liveness: number) =>
  talker * 15 + link * 5 + liveness;

/** Every cell weighs its own power of two, so that a sum says which cells are in it. */
const posterior = Float64Array.from({ length: 30 }, (_, cell) => 2 ** cell);
const weightOf = (talkers: readonly number[], links: readonly number[], liveness: number): number =>
  talkers
    .flatMap((talker) => links.map((link) => 2 ** cellOf(talker, link, liveness)))
    .reduce((sum, weight) => sum + weight, 0);
const both = [WRITER, QUIET];
const every = [FREE, QUEUED, BLOCKED];

const planned = (more: Partial<DayPlan>): DayPlan => ({ ...emptyDay(3), ...more });
const dayOf = (more: Partial<LearningDay>): LearningDay => ({
  day: 3,
  hazard: calm,
  plan: undefined,
  waits: false,
  silent: false,
  ...more,
});
const countsOf = (counts: Counts) =>
  Object.fromEntries(
    Object.entries(counts)
      .filter(([, tallies]) => tallies.size > 0)
      .map(([rate, tallies]) => [rate, [...tallies]]),
  );

describe('messages and calls', () => {
  const counted = (more: Partial<LearningDay>) => {
    const counts = noCounts();
    countMessagesAndCalls(counts, { day: dayOf(more), posterior });
    return countsOf(counts);
  };

  test.each(['any', 'queue'] as const)(
    'an arrival (%s) is one of whoever had that phone',
    (arrived) => {
      expect(counted({ plan: planned({ arrived }), waits: true })).toEqual({
        'arrives-on': [[1, { yes: weightOf(both, every, ON), no: 0 }]],
        'arrives-patchy': [[1, { yes: weightOf(both, every, PATCHY), no: 0 }]],
      });
    },
  );

  test.each([undefined, planned({})])(
    'a wait is none, of those for whom something waits',
    (plan) => {
      expect(counted({ plan, waits: true })).toEqual({
        'arrives-on': [[1, { yes: 0, no: weightOf(both, [QUEUED], ON) }]],
        'arrives-patchy': [[1, { yes: 0, no: weightOf(both, [QUEUED], PATCHY) }]],
      });
    },
  );

  test('a call that rang is one of all, a silent one none of those who are not blocked', () => {
    expect(counted({ plan: planned({ ring: 'some' }) })).toEqual({
      'rings-on': [[1, { yes: weightOf(both, every, ON), no: 0 }]],
    });
    expect(counted({ plan: planned({ ring: 'none' }) })).toEqual({
      'rings-on': [[1, { yes: 0, no: weightOf(both, [FREE, QUEUED], ON) }]],
    });
  });

  test('a day without either teaches nothing', () => {
    expect(counted({})).toEqual({});
    expect(counted({ plan: planned({}) })).toEqual({});
  });
});

describe('inbound messages', () => {
  const counted = (more: Partial<LearningDay>) => {
    const counts = noCounts();
    countInbound(counts, model, { day: dayOf(more), posterior });
    return countsOf(counts);
  };

  test('are counted by the kind of talker and the share of the day the phone was on', () => {
    expect(counted({ plan: planned({ inbound: 'some' }) })).toEqual({
      'writer-per-day': [
        [1, { yes: weightOf([WRITER], every, ON), no: 0 }],
        [0.35, { yes: weightOf([WRITER], every, PATCHY), no: 0 }],
      ],
      'quiet-per-day': [
        [1, { yes: weightOf([QUIET], every, ON), no: 0 }],
        [0.35, { yes: weightOf([QUIET], every, PATCHY), no: 0 }],
      ],
    });
  });

  test('that did not come are counted of those who are not blocked', () => {
    expect(counted({ silent: true })).toEqual({
      'writer-per-day': [
        [1, { yes: 0, no: weightOf([WRITER], [FREE, QUEUED], ON) }],
        [0.35, { yes: 0, no: weightOf([WRITER], [FREE, QUEUED], PATCHY) }],
      ],
      'quiet-per-day': [
        [1, { yes: 0, no: weightOf([QUIET], [FREE, QUEUED], ON) }],
        [0.35, { yes: 0, no: weightOf([QUIET], [FREE, QUEUED], PATCHY) }],
      ],
    });
  });

  test('teach nothing on a day that nobody listened to', () => {
    expect(counted({})).toEqual({});
    expect(counted({ plan: planned({ inbound: 'unknown' }) })).toEqual({});
  });
});

describe('a night', () => {
  const ones = new Float64Array(30).fill(1);
  const evening = (...cells: readonly (readonly [cell: number, weight: number])[]) => {
    const weights = new Float64Array(30);
    for (const [cell, weight] of cells) weights[cell] = weight;
    return weights;
  };
  const counted = (weights: Float64Array, hazard: Hazard = calm, morning = ones) => {
    const counts = noCounts();
    const future = countNight(counts, model, { day: dayOf({ hazard }), evening: weights, morning });
    return { future, blocks: [...counts['block-per-day']] };
  };
  const STAYS = 1 - 0.0004;

  test('in which nothing was seen blocks at the assumed rate, churning left out', () => {
    expect(counted(evening([cellOf(WRITER, FREE, ON), 1])).blocks).toEqual([
      [1, { yes: expect.closeTo(0.0015 * STAYS, 12), no: expect.closeTo(0.9985 * STAYS, 12) }],
      [0.35, { yes: 0, no: 0 }],
    ]);
  });

  test('counts what waits, and a patchy phone by its share of the day', () => {
    const block = 0.0015 * 0.35;
    expect(counted(evening([cellOf(QUIET, QUEUED, PATCHY), 1])).blocks).toEqual([
      [1, { yes: 0, no: 0 }],
      [
        0.35,
        { yes: expect.closeTo(block * STAYS, 12), no: expect.closeTo((1 - block) * STAYS, 12) },
      ],
    ]);
  });

  test('counts by the factor of its hazard', () => {
    const { blocks } = counted(evening([cellOf(WRITER, FREE, ON), 1]), {
      ...calm,
      complaint: true,
    });
    expect(blocks.map(([factor]) => factor)).toEqual([2.5, 2.5 * 0.35]);
    expect(blocks[0]?.[1].yes).toBeCloseTo(0.00375 * STAYS, 12);
  });

  test('counts neither whoever was blocked already, nor a phone that is off', () => {
    const nobody = [
      [1, { yes: 0, no: 0 }],
      [0.35, { yes: 0, no: 0 }],
    ];
    expect(counted(evening([cellOf(WRITER, BLOCKED, ON), 1])).blocks).toEqual(nobody);
    expect(counted(evening([cellOf(WRITER, FREE, OFF_DAYS), 1])).blocks).toEqual(nobody);
  });

  test('is a share of all that the evening held, by what the morning says', () => {
    const morning = ones.map((_, cell) => (cell === cellOf(WRITER, BLOCKED, ON) ? 3 : 1));
    const two = evening([cellOf(WRITER, FREE, ON), 2], [cellOf(QUIET, FREE, OFF_DAYS), 2]);
    const { blocks } = counted(two, calm, morning);
    // From `on` to `on`: what is left of the moves to four other kinds of phone.
    const toOn = 1 - 0.004 - 0.012 - 0.0016 - 0.0004;
    const more = 2 * 0.0015 * toOn;
    const total = 2 * (1 + more) + 2;
    expect(blocks[0]?.[1].yes).toBeCloseTo((2 * (0.0015 * STAYS + more)) / total, 12);
    expect(blocks[0]?.[1].no).toBeCloseTo((2 * 0.9985 * STAYS) / total, 12);
  });

  test('takes the future back through every move, divided by what the evening sees of it', () => {
    const morning = ones.map((_, cell) => ((cell * 7) % 11) + 0.5);
    const weights = ones.map((_, cell) => ((cell * 5) % 13) / 100);
    const hazard = { ...calm, frequent: true };
    const step = coreStep(assumedPriors, hazard);
    const seen = Array.from(ones, (_, cell) => {
      const [talker, core] = [Math.floor(cell / 15), cell % 15];
      return Array.from(
        { length: 15 },
        (__, to) => (step[core * 15 + to] ?? 0) * (morning[talker * 15 + to] ?? 0),
      ).reduce((sum, one) => sum + one, 0);
    });
    const total = seen.reduce((sum, one, cell) => sum + one * (weights[cell] ?? 0), 0);
    const { future } = counted(weights, hazard, morning);
    for (const [cell, one] of seen.entries()) expect(future[cell]).toBeCloseTo(one / total, 10);
  });

  test('in which a number is given up is no block', () => {
    const gone = ones.map((_, cell) => (cell % 5 === CHURNED ? 1 : 0));
    const { blocks } = counted(evening([cellOf(WRITER, FREE, ON), 1]), calm, gone);
    expect(blocks[0]?.[1]).toEqual({ yes: 0, no: 0 });
  });
});

test('whoever writes is counted among all', () => {
  const counts = noCounts();
  const weights = new Float64Array(30);
  [weights[0], weights[14], weights[15]] = [0.25, 0.125, 0.625];
  countTalker(counts, weights);
  expect(countsOf(counts)).toEqual({ 'writer-share': [[1, { yes: 0.375, no: 0.625 }]] });
});

describe('what people say', () => {
  const last = new Float64Array(30);
  [
    last[cellOf(WRITER, BLOCKED, ON)],
    last[cellOf(QUIET, BLOCKED, CHURNED)],
    last[cellOf(QUIET, QUEUED, CHURNED)],
  ] = [0.125, 0.25, 0.625];
  const counted = (said?: 'blocked' | 'not-blocked') => {
    const counts = noCounts();
    countTelling(counts, said && { said, at: 0 }, last);
    return countsOf(counts);
  };

  test('counts once, and says nothing of the other answer', () => {
    expect(counted('blocked')).toEqual({ 'says-blocked': [[1, { yes: 1, no: 0 }]] });
    expect(counted('not-blocked')).toEqual({ 'says-not-blocked': [[1, { yes: 1, no: 0 }]] });
  });

  test('and did not, by where they were on the last day', () => {
    expect(counted()).toEqual({
      'says-blocked': [[1, { yes: 0, no: 0.375 }]],
      'says-not-blocked': [[1, { yes: 0, no: 0.625 }]],
    });
  });
});
