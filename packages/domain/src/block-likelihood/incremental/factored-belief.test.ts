import { describe, expect, test } from '@jest/globals';
import type { DayPlan } from '../evidence/day-plan.ts';
import { weighLooks } from '../filter/day-likelihood.ts';
import { agedTrait, normalise } from '../filter/quiet-days.ts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { modelOf } from '../model/model.ts';
import {
  apartOf,
  groupOf,
  groupsIn,
  sizeOf,
  spreadOut,
  weighLook,
  withTrait,
  type FactoredBelief,
} from './factored-belief.ts';

const model = modelOf(assumedPriors);
const cell = (talker: number, link: number, liveness: number) => talker * 15 + link * 5 + liveness;
const traits = ['photo', 'presence', 'group-add'] as const;
const core = Float64Array.from({ length: 30 }, (_, at) => 1 + ((at * 7) % 11));
normalise(core);
const unseen = (): FactoredBelief => ({
  core: core.slice(),
  traits: [],
  settings: new Float64Array(5).fill(1),
});
const sumOf = (weights: Iterable<number>) => [...weights].reduce((sum, one) => sum + one, 0);

describe('groups', () => {
  test.each([
    ['free', [cell(0, 0, 0), cell(0, 0, 1), cell(1, 0, 3)], 0],
    ['on and gets nothing', [cell(0, 1, 0), cell(1, 1, 1)], 1],
    ['off', [cell(0, 1, 2), cell(1, 1, 3)], 2],
    ['gone', [cell(0, 0, 4), cell(1, 1, 4)], 3],
    ['blocked', [cell(0, 2, 0), cell(1, 2, 4)], 4],
  ])('%s', (_name, cells, group) => {
    expect(cells.map(groupOf)).toEqual(cells.map(() => group));
  });

  test('in which somebody may be are those with any weight', () => {
    const some = new Float64Array(30);
    expect(groupsIn(some)).toEqual([]);
    some[cell(1, 2, 0)] = 1e-300;
    some[cell(0, 1, 2)] = 0.5;
    expect(groupsIn(some)).toEqual([2, 4]);
    expect(groupsIn(core)).toEqual([0, 1, 2, 3, 4]);
  });
});

test('settings lie beside each other, the last trait closest, never where all have one left out', () => {
  expect(traits.map((trait) => sizeOf(model, trait))).toEqual([3, 2, 2]);
  expect(traits.map((trait) => apartOf(model, traits, trait))).toEqual([4, 2, 1]);
  expect(apartOf(model, ['presence', 'photo'], 'presence')).toBe(3);
});

describe('a trait', () => {
  test('that is first looked at is the same in every group, as it has become', () => {
    const { traits: known, settings } = withTrait(model, unseen(), { trait: 'photo', age: 30 });
    expect(known).toEqual(['photo']);
    const aged = [...agedTrait(model, 'photo', 30)];
    expect([...settings]).toEqual(Array.from({ length: 5 }, () => aged).flat());
  });

  test('that was looked at before is left as it is', () => {
    const once = withTrait(model, unseen(), { trait: 'photo', age: 30 });
    expect(withTrait(model, once, { trait: 'photo', age: 99 })).toEqual(once);
  });

  test('beside another has its share of each of the other’s settings', () => {
    const both = withTrait(model, withTrait(model, unseen(), { trait: 'photo', age: 0 }), {
      trait: 'presence',
      age: 0,
    });
    expect(both.traits).toEqual(['photo', 'presence']);
    expect([...both.settings.subarray(0, 6)]).toEqual(
      [0.55, 0.27, 0.18]
        .flatMap((share) => [share * 0.5, share * 0.5])
        .map((one): unknown => expect.closeTo(one, 12)),
    );
  });
});

const looked = (
  ...looks: readonly (readonly [(typeof traits)[number], boolean])[]
): FactoredBelief => {
  let belief = unseen();
  for (const [trait, seen] of looks) {
    belief = withTrait(model, belief, { trait, age: 10 });
    weighLook(model, belief, { trait, seen });
    normalise(belief.core);
  }
  return belief;
};

describe('a look', () => {
  test.each([[['photo', false]], [['photo', true]], [['presence', false]]] as const)(
    'weighs as the filter does: %j',
    ([trait, seen]) => {
      const before = withTrait(model, unseen(), { trait, age: 10 });
      const exact = { weights: spreadOut(model, before).weights, traits: before.traits };
      const looks: DayPlan['looks'] = new Map([['one', { trait, seen }]]);
      weighLooks(model, exact, looks);
      normalise(exact.weights);
      const now = spreadOut(model, looked([trait, seen]));
      for (const [at, one] of exact.weights.entries()) expect(now.weights[at]).toBeCloseTo(one, 12);
    },
  );

  test('after another look weighs each by its own trait', () => {
    const before = withTrait(model, looked(['photo', false]), { trait: 'presence', age: 10 });
    const exact = { weights: spreadOut(model, before).weights, traits: before.traits };
    weighLooks(model, exact, new Map([['one', { trait: 'photo' as const, seen: true }]]));
    normalise(exact.weights);
    const now = { ...before, core: before.core.slice(), settings: before.settings.slice() };
    weighLook(model, now, { trait: 'photo', seen: true });
    normalise(now.core);
    const spread = spreadOut(model, now);
    for (const [at, one] of exact.weights.entries())
      expect(spread.weights[at]).toBeCloseTo(one, 12);
  });

  test('leaves shares of settings that add up to one in every group', () => {
    const { settings } = looked(['photo', false], ['presence', true], ['group-add', false]);
    expect(settings).toHaveLength(5 * 12);
    for (let group = 0; group < 5; group++)
      expect(sumOf(settings.subarray(group * 12, (group + 1) * 12))).toBeCloseTo(1, 12);
  });
});

describe('spread out', () => {
  test('a belief without traits is its core', () => {
    expect(spreadOut(model, unseen())).toEqual({ weights: core, traits: [] });
  });

  test('every cell has the settings of its group, three of each trait', () => {
    const belief = looked(['photo', false], ['presence', false]);
    const { weights, traits: known } = spreadOut(model, belief);
    expect(known).toEqual(['photo', 'presence']);
    expect(weights).toHaveLength(30 * 9);
    expect(sumOf(weights)).toBeCloseTo(1, 12);
    const at = cell(1, 2, 3);
    const own = (photo: number, presence: number) => weights[at * 9 + photo * 3 + presence];
    const share = (photo: number, presence: number) =>
      belief.settings[4 * 6 + photo * 2 + presence] ?? 0;
    for (const photo of [0, 1, 2]) {
      expect(own(photo, 2)).toBe(0);
      for (const presence of [0, 1])
        expect(own(photo, presence)).toBeCloseTo(
          (belief.core[at] ?? 0) * share(photo, presence),
          15,
        );
    }
  });
});
