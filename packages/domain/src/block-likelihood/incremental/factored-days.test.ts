import { describe, expect, test } from '@jest/globals';
import { emptyDay, type DayPlan, type Plan } from '../evidence/day-plan.ts';
import { filtered } from '../filter/filter.ts';
import { driftTraits, normalise } from '../filter/quiet-days.ts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { modelOf, type Hazard } from '../model/model.ts';
import { operate, runOf, RUN_MAX, type Day } from './day-operators.ts';
import { daySequenceOf, isSameSequence, throughDays } from './day-sequence.ts';
import { spreadOut, type FactoredBelief } from './factored-belief.ts';
import { beginning, factoredOn } from './factored-days.ts';
import { apart, together } from './origins.ts';

const calm: Hazard = { complaint: false, frequent: false, optOut: false };
const model = modelOf(assumedPriors);
const planWith = (days: readonly Partial<DayPlan>[], more: Partial<Plan> = {}): Plan => ({
  days: days.map((plan) => ({ ...emptyDay(plan.day ?? 0), ...plan })),
  hazard: { on: () => calm, changes: [] },
  countsInbound: true,
  ...more,
});
const look = (trait: 'photo' | 'presence', seen: boolean) =>
  [`${trait}/${seen}`, { trait, seen }] as const;
const looks = (...of: readonly ReturnType<typeof look>[]): DayPlan['looks'] => new Map(of);
const closedOn = (plan: Plan, until: number, unseen?: 'photo' | 'presence'): FactoredBelief => {
  const sequence = daySequenceOf(plan, { after: plan.days[0]?.day ?? 0, until });
  const variants = [{ belief: beginning(model, plan), unseen }];
  return factoredOn(model, { plan, sequence, until, variants, isFirst: true })[0]!;
};
const expectAlike = (one: Float64Array, other: Float64Array, difference = 1e-12) => {
  expect(one).toHaveLength(other.length);
  for (const [at, weight] of one.entries())
    expect(Math.abs(weight - (other[at] ?? 0))).toBeLessThan(difference);
};

const busy: readonly Partial<DayPlan>[] = [
  { day: 0, joins: true, waitsOn: true, accepted: true },
  { day: 2, ring: 'none', waits: true, waitsOn: true },
  { day: 3, receipt: true, waitsOn: true },
  { day: 5, inbound: 'some', alive: true, joins: true, waitsOn: true },
  { day: 6, arrived: 'queue', alive: true, inbound: 'none' },
  { day: 30, joins: true, accepted: true, waitsOn: true },
  { day: 31, unreachable: true, receiptMissing: true, waitsOn: true },
];

describe('days without looks', () => {
  test.each([0, 1, 5, 6, 29, 33])('up to day %i are those of the filter', (until) => {
    const plan = planWith(busy, {
      hazard: {
        on: (day) => ({ ...calm, complaint: day > 3, optOut: day > 5, frequent: day === 6 }),
        changes: [],
      },
    });
    const { core, traits, settings } = closedOn(plan, until);
    expect(traits).toEqual([]);
    expect([...settings]).toEqual([1, 1, 1, 1, 1]);
    expectAlike(core, filtered(model, plan, { until }).weights);
  });

  test('go on from a belief that was closed earlier', () => {
    const plan = planWith(busy);
    const sequence = daySequenceOf(plan, { after: 4, until: 32 });
    const variants = [{ belief: closedOn(plan, 4), unseen: undefined }];
    const [later] = factoredOn(model, { plan, sequence, until: 32, variants, isFirst: false });
    expectAlike(later!.core, filtered(model, plan, { until: 32 }).weights);
  });
});

describe('days with looks', () => {
  test('are exact up to the last look and on from it, while it is one trait', () => {
    const plan = planWith([
      ...busy.slice(0, 5),
      { day: 9, looks: looks(look('photo', false)) },
      { day: 14 },
    ]);
    const closed = closedOn(plan, 20);
    const exact = filtered(model, plan, { until: 20 });
    expect(closed.traits).toEqual(['photo']);
    const core = Float64Array.from({ length: 30 }, (_, cell) =>
      exact.weights.subarray(cell * 3, cell * 3 + 3).reduce((sum, one) => sum + one, 0),
    );
    expectAlike(closed.core, core, 1e-9);
    expectAlike(
      spreadOut(model, closedOn(plan, 9)).weights,
      filtered(model, plan, { until: 9 }).weights,
      1e-9,
    );
  });

  test('on the first day are taken in at the first close, and not once more at a later one', () => {
    const plan = planWith([{ day: 0, looks: looks(look('photo', false)) }, { day: 4 }]);
    const first = closedOn(plan, 0);
    expectAlike(spreadOut(model, first).weights, filtered(model, plan, { until: 0 }).weights);
    const sequence = daySequenceOf(plan, { after: 0, until: 0 });
    const [again] = factoredOn(model, {
      plan,
      sequence,
      until: 0,
      variants: [{ belief: first, unseen: undefined }],
      isFirst: false,
    });
    expectAlike(again!.settings, first.settings);
  });

  test('are passed over by whoever has not seen their trait', () => {
    const both = planWith([
      { day: 0 },
      { day: 3, looks: looks(look('photo', false), look('presence', true)) },
    ]);
    const one = planWith([{ day: 0 }, { day: 3, looks: looks(look('presence', true)) }]);
    const closed = closedOn(both, 8, 'photo');
    expect(closed.traits).toEqual(['presence']);
    expectAlike(closed.core, closedOn(one, 8).core);
    expectAlike(closed.settings, closedOn(one, 8).settings);
    expect(
      closedOn(planWith([{ day: 0 }, { day: 3, looks: looks(look('photo', false)) }]), 8, 'photo')
        .traits,
    ).toEqual([]);
  });

  test('after the day that is closed are left for later', () => {
    const plan = planWith([{ day: 0 }, { day: 9, looks: looks(look('photo', false)) }]);
    expect(closedOn(plan, 8).traits).toEqual([]);
    expect(closedOn(plan, 9).traits).toEqual(['photo']);
  });
});

test('several beliefs go side by side as each would alone', () => {
  const plan = planWith([
    ...busy,
    { day: 33, looks: looks(look('photo', true), look('presence', false)) },
  ]);
  const sequence = daySequenceOf(plan, { after: 0, until: 40 });
  const unseens = [undefined, 'photo', 'presence'] as const;
  const variants = unseens.map((unseen) => ({ belief: beginning(model, plan), unseen }));
  const together3 = factoredOn(model, { plan, sequence, until: 40, variants, isFirst: true });
  for (const [nth, unseen] of unseens.entries()) {
    const alone = closedOn(plan, 40, unseen);
    expect(together3[nth]?.traits).toEqual(alone.traits);
    expectAlike(together3[nth]!.core, alone.core);
    expectAlike(together3[nth]!.settings, alone.settings);
  }
});

describe('a belief on its way', () => {
  const belief = closedOn(
    planWith([
      { day: 0, joins: true, waitsOn: true },
      { day: 3, looks: looks(look('photo', false)), waitsOn: true },
    ]),
    3,
  );

  test('that goes nowhere comes back, in the core it is given', () => {
    const core = new Float64Array(30);
    const back = together(model, apart(3, belief), { day: 3, core });
    expect(back.core).toBe(core);
    expectAlike(core, belief.core);
    expect(back.traits).toEqual(['photo']);
    // Free people are none here, and what they would show is nobody's.
    expectAlike(back.settings.subarray(3), belief.settings.subarray(3));
  });

  test('lets settings take their own course meanwhile', () => {
    const core = new Float64Array(30);
    const later = together(model, apart(3, belief), { day: 43, core });
    const group = belief.settings.slice(3, 6);
    driftTraits(model, { weights: group, traits: ['photo'] }, 40);
    expectAlike(later.settings.slice(3, 6), group);
  });

  test('takes room that is wide enough, and no other', () => {
    const first = apart(3, belief);
    expect(apart(3, belief, first.weights).weights).toBe(first.weights);
    expect(apart(3, belief, new Float64Array(7)).weights).toHaveLength(first.weights.length);
    const other = apart(3, belief, belief.core);
    expect(other.weights).not.toBe(belief.core);
    expectAlike(other.weights, first.weights);
  });

  test('brings the settings of the free along into a block', () => {
    const { origins, weights } = apart(3, belief);
    const columns = origins.length;
    const moved = weights.slice();
    // All who wait on a phone that is on block us: from the cell of the queue to that of the block.
    for (let nth = 0; nth < columns; nth++) {
      moved[10 * columns + nth] =
        (moved[10 * columns + nth] ?? 0) + (moved[5 * columns + nth] ?? 0);
      moved[5 * columns + nth] = 0;
    }
    const now = together(
      model,
      { day: 3, belief, origins, weights: moved },
      { day: 3, core: new Float64Array(30) },
    );
    const before = belief.core.reduce((sum, one, cell) => (cell % 15 >= 10 ? sum + one : sum), 0);
    const came = belief.core[5] ?? 0;
    for (let at = 0; at < 3; at++) {
      const mixed =
        (before * (belief.settings[12 + at] ?? 0) + came * (belief.settings[3 + at] ?? 0)) /
        (before + came);
      expect(now.settings[12 + at]).toBeCloseTo(mixed, 12);
    }
  });
});

describe('a sequence of days', () => {
  const keysOf = (plan: Plan, until = 8) =>
    daySequenceOf(plan, { after: 0, until }).days.map(({ key }) => key);

  test('has a day of silence for each without a plan, waiting as the day before it', () => {
    const { after, days } = daySequenceOf(
      planWith([{ day: 0 }, { day: 2, waitsOn: true }, { day: 4 }]),
      { after: 0, until: 5 },
    );
    expect(after).toBe(0);
    expect(
      days.map(({ plan: { day, waits, waitsOn, inbound } }) => [day, waits, waitsOn, inbound]),
    ).toEqual([
      [1, false, false, 'none'],
      [2, false, true, 'unknown'],
      [3, true, true, 'none'],
      [4, false, false, 'unknown'],
      [5, false, false, 'none'],
    ]);
    const deaf = daySequenceOf(planWith([{ day: 0 }], { countsInbound: false }), {
      after: 0,
      until: 1,
    });
    expect(deaf.days[0]?.plan.inbound).toBe('unknown');
    const waiting = daySequenceOf(planWith([{ day: 0, waitsOn: true }, { day: 5 }]), {
      after: 2,
      until: 3,
    });
    expect(waiting.days.map(({ plan }) => plan.waits)).toEqual([true]);
  });

  test('tells days apart by all that their matrix depends on', () => {
    const kinds: Partial<DayPlan>[] = [
      {},
      ...(
        [
          'alive',
          'waits',
          'joins',
          'waitsOn',
          'accepted',
          'unreachable',
          'receipt',
          'receiptMissing',
        ] as const
      ).map((name) => ({ [name]: true })),
      { arrived: 'queue' },
      { arrived: 'any' },
      { inbound: 'none' },
      { inbound: 'some' },
      { ring: 'none' },
      { ring: 'some' },
      { arrived: 'queue', inbound: 'none', ring: 'some' },
      { arrived: 'any', inbound: 'some', ring: 'none' },
    ];
    const keys = [
      ...kinds.map((kind) => keysOf(planWith([{ day: 0 }, { ...kind, day: 1 }]), 1)[0]),
      ...(['complaint', 'frequent', 'optOut'] as const).map(
        (name) =>
          keysOf(
            planWith([{ day: 0 }, { day: 1 }], {
              hazard: { on: () => ({ ...calm, [name]: true }), changes: [] },
            }),
            1,
          )[0],
      ),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('is the same as another by its days alone', () => {
    const of = (plan: Plan, after = 0, until = 6) => daySequenceOf(plan, { after, until });
    const [one, other] = [
      planWith([{ day: 0 }, { day: 3, alive: true }]),
      planWith([
        { day: 0, alive: true },
        { day: 3, alive: true },
      ]),
    ];
    expect(isSameSequence(of(one), of(other))).toBe(true);
    expect(isSameSequence(of(one), of(planWith([{ day: 0 }, { day: 3 }])))).toBe(false);
    expect(isSameSequence(of(one), of(one, 0, 5))).toBe(false);
    const quiet = planWith([{ day: 0 }]);
    expect(isSameSequence(of(quiet, 1, 4), of(quiet, 2, 5))).toBe(false);
  });
});

describe('runs of one kind of day', () => {
  const day: Day = {
    key: 777_001,
    plan: { ...emptyDay(1), ring: 'none', waits: true, waitsOn: true },
    hazard: calm,
  };
  const through = (...lengths: readonly number[]) => {
    const passing = { now: model.initially.slice(), next: new Float64Array(30), columns: 1 };
    for (const length of lengths) {
      operate(passing, runOf(model, day, length));
      [passing.now, passing.next] = [passing.next, passing.now];
    }
    normalise(passing.now);
    return passing.now;
  };

  test('are as many days one after another', () => {
    const one = through(1, 1, 1, 1, 1);
    expectAlike(through(5), one);
    expectAlike(through(2, 3), one);
    expectAlike(through(4, 1), one);
  });

  test('say how much there was before', () => {
    const passing = {
      now: model.initially.map((one) => one * 3),
      next: new Float64Array(30),
      columns: 1,
    };
    expect(operate(passing, runOf(model, day, 1))).toBeCloseTo(3, 12);
  });

  test.each([RUN_MAX, RUN_MAX + 1, 3 * RUN_MAX - 1])(
    'of %i days are gone through as the filter does',
    (length) => {
      const plan = planWith([{ day: 0, joins: true, waitsOn: true }]);
      const passing = {
        now: filtered(model, plan, { until: 0 }).weights.slice(),
        next: new Float64Array(30),
        columns: 1,
      };
      const sequence = daySequenceOf(plan, { after: 0, until: length });
      throughDays(model, sequence, { passing, from: 0, until: length });
      normalise(passing.now);
      expectAlike(passing.now, filtered(model, plan, { until: length }).weights);
    },
  );

  test('of a whole year with proofs of life do not vanish', () => {
    const days = Array.from({ length: 365 }, (_, nth) => ({
      day: nth,
      inbound: 'some' as const,
      alive: true,
      ring: 'some' as const,
      arrived: 'any' as const,
    }));
    const plan = planWith(days);
    const { core } = closedOn(plan, 364);
    expectAlike(core, filtered(model, plan).weights, 1e-9);
  });
});

test('no two kinds of days share a key', () => {
  const flags = [
    'alive',
    'waits',
    'joins',
    'waitsOn',
    'accepted',
    'unreachable',
    'receipt',
    'receiptMissing',
  ] as const;
  const levels = (['none', 'queue', 'any'] as const).flatMap((arrived) =>
    (['unknown', 'none', 'some'] as const).flatMap((inbound) =>
      (['unknown', 'none', 'some'] as const).map((ring) => ({ arrived, inbound, ring })),
    ),
  );
  const kinds = Array.from({ length: 2 ** flags.length }, (_, bits) =>
    Object.fromEntries(flags.map((flag, nth) => [flag, (bits & (1 << nth)) !== 0])),
  );
  const days = kinds.flatMap((kind) => levels.map((level) => ({ ...kind, ...level })));
  const keysUnder = (bits: number, of: readonly Partial<DayPlan>[]): number[] => {
    const hazard = {
      complaint: (bits & 4) !== 0,
      frequent: (bits & 2) !== 0,
      optOut: (bits & 1) !== 0,
    };
    const plan = planWith([{ day: 0 }, ...of.map((one, nth) => ({ ...one, day: nth + 1 }))], {
      hazard: { on: () => hazard, changes: [] },
    });
    return daySequenceOf(plan, { after: 0, until: of.length }).days.map(({ key }) => key);
  };
  const calmKeys = keysUnder(0, days);
  expect(new Set(calmKeys).size).toBe(256 * 27);
  // Under every other hazard the two ends of the list, and each level.
  const ends = [...days.slice(0, 27), ...days.slice(-27)];
  const others = [1, 2, 3, 4, 5, 6, 7].flatMap((bits) => keysUnder(bits, ends));
  expect(new Set([...calmKeys, ...others]).size).toBe(256 * 27 + 7 * 54);
});
