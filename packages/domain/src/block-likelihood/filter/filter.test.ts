import { describe, expect, test } from '@jest/globals';
import { emptyDay, type DayPlan, type Plan } from '../evidence/day-plan.ts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { coreStep, modelOf, type Hazard } from '../model/model.ts';
import { filtered, type Belief } from './filter.ts';
import { agedTrait, driftTraits, normalise, passDays } from './quiet-days.ts';

const calm: Hazard = { complaint: false, frequent: false, optOut: false };
const model = modelOf(assumedPriors);
const planOf = (days: readonly Partial<DayPlan>[], more: Partial<Plan> = {}): Plan => ({
  days: days.map((plan) => ({ ...emptyDay(plan.day ?? 0), ...plan })),
  hazard: { on: () => calm, changes: [] },
  countsInbound: false,
  ...more,
});
const sumOf = (weights: Iterable<number>) => [...weights].reduce((sum, one) => sum + one, 0);
const expectAlike = (one: Belief, other: Belief) => {
  expect(one.traits).toEqual(other.traits);
  expect(one.weights).toHaveLength(other.weights.length);
  for (const [cell, weight] of one.weights.entries())
    expect(Math.abs(weight - (other.weights[cell] ?? 0))).toBeLessThan(1e-13);
};
/** What is in the free, the waiting and the blocked cells. */
const links = ({ weights }: Belief) =>
  [0, 1, 2].map((link) => sumOf(weights.filter((_, cell) => Math.floor((cell % 15) / 5) === link)));

/** One night and what the day said, written out. */
const nightThen = (weights: Float64Array, hazard: Hazard, kept: (cell: number) => number) => {
  const step = coreStep(assumedPriors, hazard);
  const next = Float64Array.from({ length: 30 }, (_, cell) => {
    const start = cell - (cell % 15);
    const came = Array.from(
      { length: 15 },
      (__, from) => (weights[start + from] ?? 0) * (step[from * 15 + (cell % 15)] ?? 0),
    );
    return sumOf(came) * kept(cell);
  });
  normalise(next);
  return next;
};
const silence = (cell: number) =>
  cell % 15 >= 10 ? 1 : 1 - (model.writes[Math.floor(cell / 15)]?.[cell % 5] ?? 0);
const waiting = (cell: number) =>
  Math.floor((cell % 15) / 5) === 1 ? 1 - (model.arrives[cell % 5] ?? 0) : 1;

describe('a belief over days', () => {
  test('begins as the model does, and is no part of it', () => {
    const belief = filtered(model, planOf([{ day: 7 }]));
    expectAlike(belief, { weights: model.initially, traits: [] });
    expect(belief.weights).not.toBe(model.initially);
    expect(filtered(model, planOf([])).weights).toEqual(model.initially);
  });

  test.each([1, 2, 3, 5, 11])('passes %i quiet days as so many nights, and a last one', (quiet) => {
    const belief = filtered(
      model,
      planOf([{ day: 0 }, { day: quiet + 1 }], { countsInbound: true }),
    );
    let weights: Float64Array = model.initially;
    for (let day = 1; day <= quiet; day++) weights = nightThen(weights, calm, silence);
    weights = nightThen(weights, calm, () => 1);
    expectAlike(belief, { weights, traits: [] });
  });

  test('what waits on quiet days counts on each, until it is settled', () => {
    const sent = { day: 0, joins: true, waitsOn: true };
    const belief = filtered(model, planOf([sent, { day: 3, waitsOn: true }]));
    const moved = model.initially.slice();
    for (const talker of [0, 15])
      for (let live = 0; live < 5; live++) {
        moved[talker + 5 + live] = moved[talker + live] ?? 0;
        moved[talker + live] = 0;
      }
    let weights = nightThen(moved, calm, waiting);
    weights = nightThen(nightThen(weights, calm, waiting), calm, () => 1);
    expectAlike(belief, { weights, traits: [] });
    expect(links(filtered(model, planOf([sent, { day: 3 }])))[1]).toBe(0);
  });

  test('a message waits from the evening on of a day with a sign of life', () => {
    const alive = { day: 0, joins: true, alive: true, waitsOn: true, arrived: 'any' as const };
    const [free, queued, blocked] = links(filtered(model, planOf([alive])));
    expect(free).toBe(0);
    expect(queued).toBeGreaterThan(0.99);
    expect(blocked).toBeLessThan(1e-5);
  });

  test('takes the hazard of each night, and of quiet ones that of their first', () => {
    const on = (day: number) => ({ ...calm, complaint: day === 2, frequent: day === 4 });
    const plan = planOf([{ day: 0 }, { day: 1 }, { day: 4 }], { hazard: { on, changes: [] } });
    let weights: Float64Array = nightThen(model.initially, on(1), () => 1);
    weights = nightThen(
      nightThen(weights, on(2), () => 1),
      on(2),
      () => 1,
    );
    weights = nightThen(weights, on(4), () => 1);
    expectAlike(filtered(model, plan), { weights, traits: [] });
  });
});

describe('a stretch of days', () => {
  const days: Partial<DayPlan>[] = [
    { day: 0, joins: true, waitsOn: true, accepted: true },
    { day: 3, ring: 'none', waitsOn: true },
    { day: 7, inbound: 'some', alive: true },
    { day: 9, ring: 'some' },
  ];
  const plan = planOf(days, { countsInbound: true });

  test.each([0, 2, 3, 5, 7, 8])('up to day %i and on from there is the whole', (until) => {
    const belief = filtered(model, plan, { until });
    expectAlike(filtered(model, plan, { from: { day: until, belief } }), filtered(model, plan));
  });

  test('ends on its last day, and adds up to one', () => {
    const belief = filtered(model, plan, { until: 5 });
    expectAlike(
      belief,
      filtered(model, planOf([...days.slice(0, 2)], { countsInbound: true }), { until: 5 }),
    );
    expect(sumOf(belief.weights)).toBeCloseTo(1, 12);
    const later = filtered(model, plan, { until: 6 });
    expect(
      Math.abs((later.weights[0] ?? 0) - (belief.weights[0] ?? 0)) +
        Math.abs((later.weights[5] ?? 0) - (belief.weights[5] ?? 0)),
    ).toBeGreaterThan(1e-6);
  });

  test('leaves the belief it goes on from as it was', () => {
    const belief = filtered(model, plan, { until: 3 });
    const before = belief.weights.slice();
    filtered(model, plan, { from: { day: 3, belief } });
    expect(belief.weights).toEqual(before);
  });
});

describe('looks', () => {
  const look = (seen: boolean): DayPlan['looks'] =>
    new Map([[`photo/${seen}`, { trait: 'photo', seen }]]);

  test('add a trait as it has become by its own course since the first day', () => {
    const { traits, weights } = filtered(
      model,
      planOf([{ day: 0 }, { day: 40, looks: look(true) }]),
    );
    expect(traits).toEqual(['photo']);
    const aged = agedTrait(model, 'photo', 40);
    const unseen = filtered(model, planOf([{ day: 0 }, { day: 40 }])).weights;
    const expected = Float64Array.from({ length: 90 }, (_, at) => {
      const [cell, setting] = [Math.floor(at / 3), at % 3];
      const open = cell % 15 >= 10 ? 0.06 : 0.985;
      return (unseen[cell] ?? 0) * (aged[setting] ?? 0) * (setting === 0 ? open : 0.005);
    });
    normalise(expected);
    expectAlike({ weights, traits }, { weights: expected, traits: ['photo'] });
  });

  test('of a trait that is known already add no other', () => {
    const belief = filtered(
      model,
      planOf([
        { day: 0, looks: look(true) },
        { day: 1, looks: look(false) },
      ]),
    );
    expect(belief.traits).toEqual(['photo']);
    expect(belief.weights).toHaveLength(90);
  });

  test('are passed over by whoever is blind to them', () => {
    const plan = planOf([{ day: 0, looks: look(false) }, { day: 4 }]);
    expectAlike(
      filtered(model, plan, { isBlind: true }),
      filtered(model, planOf([{ day: 0 }, { day: 4 }])),
    );
  });
});

describe('settings', () => {
  test('take their own course: closed and opened at their rates, never leaving never', () => {
    expect([...agedTrait(model, 'photo', 0)]).toEqual([...model.looks.photo.initially]);
    const [open, closed, never] = agedTrait(model, 'photo', 1);
    expect(open).toBeCloseTo(0.55 * 0.998 + 0.27 * 0.001, 12);
    expect(closed).toBeCloseTo(0.27 * 0.999 + 0.55 * 0.002, 12);
    expect(never).toBeCloseTo(0.18, 12);
  });

  test('come to rest where closing and opening are even, after many powers', () => {
    const [open = 0, closed = 0] = agedTrait(model, 'photo', 100_000);
    expect(open * 0.002).toBeCloseTo(closed * 0.001, 9);
    expect(open + closed).toBeCloseTo(0.82, 9);
  });

  test('move each by its own, whatever other trait is beside them', () => {
    const [photo, presence] = [Float64Array.of(0.5, 0.3, 0.2), Float64Array.of(0.6, 0.4, 0)];
    const weights = Float64Array.from(
      { length: 9 },
      (_, at) => (photo[Math.floor(at / 3)] ?? 0) * (presence[at % 3] ?? 0),
    );
    driftTraits(model, { weights, traits: ['photo', 'presence'] }, 3);
    const [photoLater, presenceLater] = [photo.slice(), presence.slice()];
    driftTraits(model, { weights: photoLater, traits: ['photo'] }, 3);
    driftTraits(model, { weights: presenceLater, traits: ['presence'] }, 3);
    expect(photoLater[0]).toBeLessThan(0.5);
    for (let at = 0; at < 9; at++)
      expect(weights[at]).toBeCloseTo(
        (photoLater[Math.floor(at / 3)] ?? 0) * (presenceLater[at % 3] ?? 0),
        12,
      );
  });
});

test('quiet days with a trait move core and settings, each by its own', () => {
  const settings = [0.5, 0.3, 0.2];
  const weights = Float64Array.from(
    { length: 90 },
    (_, at) => (model.initially[Math.floor(at / 3)] ?? 0) * (settings[at % 3] ?? 0),
  );
  const quiet = { hazard: calm, waits: true, silent: true };
  passDays(model, { weights, traits: ['photo'] }, { days: 6, quiet });
  const core = model.initially.slice();
  passDays(model, { weights: core, traits: [] }, { days: 6, quiet });
  const later = Float64Array.from(settings);
  driftTraits(model, { weights: later, traits: ['photo'] }, 6);
  for (let at = 0; at < 90; at++)
    expect(weights[at]).toBeCloseTo((core[Math.floor(at / 3)] ?? 0) * (later[at % 3] ?? 0), 13);
});

test('weights are brought back to one', () => {
  const weights = Float64Array.of(1, 2, 5);
  normalise(weights);
  expect([...weights]).toEqual([0.125, 0.25, 0.625]);
});

describe('messages and settings together', () => {
  const photo = (seen: boolean): DayPlan['looks'] => new Map([['one', { trait: 'photo', seen }]]);
  /** The core alone of a belief with one trait. */
  const coreOf = ({ weights }: Belief): Float64Array =>
    Float64Array.from({ length: 30 }, (_, cell) => sumOf(weights.subarray(cell * 3, cell * 3 + 3)));

  test.each<[string, Partial<DayPlan>, readonly boolean[]]>([
    ['a message sent', { joins: true, waitsOn: true }, [false, true, true]],
    ['one that is settled by evening', { joins: true }, [true, false, true]],
    ['a sign of life', { alive: true }, [true, false, true]],
    [
      'a sign of life and a message',
      { alive: true, joins: true, waitsOn: true },
      [false, true, true],
    ],
    ['what waits on', { waitsOn: true }, [true, true, true]],
  ])('%s is where it should be, with a trait and without', (_name, plan, filled) => {
    const days = (looks: DayPlan['looks']) =>
      planOf([
        { day: 0, joins: true, waitsOn: true, looks },
        { day: 1, waitsOn: true },
        { day: 2, alive: true, joins: true, waitsOn: true },
        { ...plan, day: 3 },
      ]);
    const [bare, looked] = [filtered(model, days(new Map())), filtered(model, days(photo(true)))];
    // On the third day nobody is free, so that a night brings back only those who lift a block.
    const has = (weights: Float64Array) => links({ weights, traits: [] }).map((one) => one > 1e-12);
    expect(has(bare.weights)).toEqual(filled);
    expect(looked.weights).toHaveLength(90);
    expect(has(coreOf(looked))).toEqual(filled);
    expect(sumOf(looked.weights)).toBeCloseTo(1, 12);
  });

  test('each phone keeps its own settings when its message begins to wait', () => {
    const looks = photo(false);
    const before = filtered(model, planOf([{ day: 0, looks }])).weights;
    const { weights } = filtered(model, planOf([{ day: 0, looks, joins: true, waitsOn: true }]));
    for (const start of [0, 15])
      for (let live = 0; live < 5; live++)
        for (let setting = 0; setting < 3; setting++) {
          const from = (start + live) * 3 + setting;
          expect(weights[from]).toBe(0);
          expect(weights[from + 15]).toBeCloseTo(before[from] ?? 0, 12);
        }
  });
});
