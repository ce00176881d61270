import { describe, expect, test } from '@jest/globals';
import { emptyDay, type DayPlan, type Plan } from '../evidence/day-plan.ts';
import { lookLikelihood } from '../filter/day-likelihood.ts';
import type { Belief } from '../filter/filter.ts';
import { agedTrait, normalise, passDays } from '../filter/quiet-days.ts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { modelOf, type Hazard } from '../model/model.ts';
import { nextObservation, TOO_FEW_BITS } from './next-observation.ts';
import { blockedIn, showsLife, type Outlook } from './observation-chances.ts';

const calm: Hazard = { complaint: false, frequent: false, optOut: false };
const model = modelOf(assumedPriors);
const planWith = (last: Partial<DayPlan> = {}, firstDay = 10): Plan => ({
  days: [emptyDay(firstDay), emptyDay(20), { ...emptyDay(40), ...last }],
  hazard: { on: () => calm, changes: [] },
  countsInbound: true,
});
/** Blocked or not by a given share, on a phone that is on in either case unless said otherwise. */
const beliefWith = (blocked: number, link = 0, liveness = 0): Belief => {
  const weights = new Float64Array(30);
  weights[link * 5 + liveness] = 1 - blocked;
  weights[10 + liveness] = blocked;
  return { weights, traits: [] };
};
const entropy = (...shares: readonly number[]) => {
  const whole = shares.reduce((sum, one) => sum + one, 0);
  return shares.reduce(
    (sum, one) => (one > 0 ? sum - (one / whole) * Math.log2(one / whole) : sum),
    0,
  );
};
const ask = (belief: Belief, { optedOut = false, plan = planWith() } = {}) =>
  nextObservation({ model, plan, belief, optedOut });
/** The cells of a belief one night on, of those blocked today or of the others. */
const nightOn = (belief: Belief, blocked: boolean) => {
  const weights = belief.weights.map((one, cell) => (cell % 15 >= 10 === blocked ? one : 0));
  passDays(
    model,
    { weights, traits: belief.traits },
    { days: 1, quiet: { hazard: calm, waits: false, silent: false } },
  );
  return weights;
};
/** Bits that an observation tells of today's block, from the chance in each cell that it shows life. */
const bitsOf = (belief: Belief, chanceIn: (cell: number) => number) => {
  const [open, blocked] = [false, true].map((one) => {
    const weights = nightOn(belief, one);
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    const alive = weights.reduce((sum, weight, cell) => sum + weight * chanceIn(cell), 0);
    return { all, alive, silent: all - alive };
  }) as [
    { all: number; alive: number; silent: number },
    { all: number; alive: number; silent: number },
  ];
  const conditional =
    (open.alive + blocked.alive) * entropy(open.alive, blocked.alive) +
    (open.silent + blocked.silent) * entropy(open.silent, blocked.silent);
  return entropy(open.all, blocked.all) - conditional;
};
const isBlocked = (cell: number) => cell % 15 >= 10;

describe('the value of an observation', () => {
  const rings = (cell: number) => {
    const open = model.rings[cell % 5] ?? 0;
    if (!isBlocked(cell)) return open;
    const [rang, silent] = [open * 1e-6, 1 - 0.02];
    return rang / (rang + silent);
  };

  test.each([0.5, 0.2, 0.9])(
    'of a call, at %f, is the drop in entropy, rounded down to a thousandth',
    (blocked) => {
      const belief = beliefWith(blocked);
      const exact = bitsOf(belief, rings);
      const asked = ask(belief);
      expect(asked?.observation).toBe('expected-call');
      expect(asked?.expectedInformation).toBe(Math.floor(exact * 1000) / 1000);
    },
  );

  test('of a call is not asked of who wants none: the next best is', () => {
    const belief = beliefWith(0.5);
    const course = (trait: 'photo' | 'presence', blocked: boolean) =>
      agedTrait(model, trait, 31).reduce(
        (sum, share, setting) =>
          sum +
          share * lookLikelihood(model.looks[trait], setting, { isSeen: true, isBlocked: blocked }),
        0,
      );
    const bits = (['photo', 'presence'] as const).map((trait) =>
      bitsOf(belief, (cell) => course(trait, isBlocked(cell))),
    );
    const asked = ask(belief, { optedOut: true });
    expect(asked?.observation).toBe(
      (bits[0] ?? 0) > (bits[1] ?? 0) ? 'look-at-photo' : 'look-at-presence',
    );
    expect(asked?.expectedInformation).toBe(Math.floor(Math.max(...bits) * 1000) / 1000);
  });

  test('of waiting counts only while something waits', () => {
    // Only a patchy connection could ring, so that the message tells more than a call.
    const belief = beliefWith(0.5, 1, 0);
    const arrives = (cell: number) => {
      const open = Math.max(model.arrives[cell % 5] ?? 0, 1e-9);
      if (isBlocked(cell)) return (open * 1e-6) / (open * 1e-6 + 1);
      if (cell % 15 >= 5) return open / (open + 1 - (model.arrives[cell % 5] ?? 0));
      return (open * 1e-6) / (open * 1e-6 + 1);
    };
    const waiting = ask(belief, { plan: planWith({ waitsOn: true }) });
    expect(waiting?.observation).toBe('await-message');
    expect(waiting?.expectedInformation).toBe(Math.floor(bitsOf(belief, arrives) * 1000) / 1000);
    expect(ask(belief)?.observation).toBe('expected-call');
  });
});

describe('nobody is asked', () => {
  test('where too little is uncertain', () => {
    expect(ask(beliefWith(0.0015))).toBeUndefined();
    expect(ask(beliefWith(0.9985))).toBeUndefined();
    expect(ask(beliefWith(1))).toBeUndefined();
    expect(ask(beliefWith(0.05))).toBeDefined();
  });

  test('for what tells too little', () => {
    const off = beliefWith(0.5, 0, 3);
    const plan = planWith();
    const asked = nextObservation({ model, plan, belief: off, optedOut: false });
    expect(asked === undefined || asked.expectedInformation >= TOO_FEW_BITS).toBe(true);
    expect(TOO_FEW_BITS).toBe(0.02);
  });
});

describe('looks at a setting', () => {
  test('that was seen before are weighed by what is known of it, of each phone apart', () => {
    const weights = new Float64Array(90 * 3);
    // Presence is known as well: the photo is the outer of two traits.
    const place = (cell: number, photo: number, presence: number) =>
      cell * 9 + photo * 3 + presence;
    weights[place(0, 0, 1)] = 0.3;
    weights[place(0, 1, 0)] = 0.2;
    weights[place(10, 0, 0)] = 0.4;
    weights[place(10, 2, 1)] = 0.1;
    const outlook: Outlook = {
      model,
      age: 5,
      traits: ['photo', 'presence'],
      openToday: weights,
      blockedToday: weights,
    };
    const photo = showsLife['look-at-photo'](outlook)(weights);
    expect(photo).toBeCloseTo(0.3 * 0.985 + 0.2 * 0.005 + 0.4 * 0.06 + 0.1 * 0.005, 12);
    const presence = showsLife['look-at-presence'](outlook)(weights);
    expect(presence).toBeCloseTo(0.3 * 0.005 + 0.2 * 0.985 + 0.4 * 0.01 + 0.1 * 0.005, 12);
  });

  test('that was never looked at are weighed as it has become', () => {
    const { weights } = beliefWith(0.25);
    const outlook: Outlook = {
      model,
      age: 700,
      traits: [],
      openToday: weights,
      blockedToday: weights,
    };
    const [open = 0, closed = 0, never = 0] = agedTrait(model, 'photo', 700);
    const seen =
      0.75 * (open * 0.985 + (closed + never) * 0.005) +
      0.25 * (open * 0.06 + (closed + never) * 0.005);
    expect(showsLife['look-at-photo'](outlook)(weights)).toBeCloseTo(seen, 12);
  });
});

test('a cell of a block is known in a belief of any width', () => {
  for (const width of [1, 3, 9]) {
    const is = blockedIn(new Float64Array(30 * width));
    expect([9, 10, 14, 15, 24, 25, 29].map((cell) => is(cell * width))).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
    expect(is(10 * width - 1)).toBe(false);
    expect(is(15 * width - 1)).toBe(true);
  }
});

test('a belief of everything is weighed alike', () => {
  const belief = {
    weights: model.initially.map((one, cell) => (isBlocked(cell) ? one * 150 : one)),
    traits: [],
  };
  normalise(belief.weights);
  const asked = ask(belief);
  expect(asked?.observation).toBe('expected-call');
  expect(asked?.expectedInformation).toBeGreaterThan(0.1);
});
