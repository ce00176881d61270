import { describe, expect, test } from '@jest/globals';
import { normalise } from '../filter/quiet-days.ts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { modelOf } from '../model/model.ts';
import { packedDelta, referenceOf, unpackedDelta } from './belief-delta.ts';
import { weighLook, withTrait, type FactoredBelief } from './factored-belief.ts';
import {
  emptySettings,
  joined,
  packedBelief,
  placesOf,
  traitsIn,
  unpackedBelief,
} from './packed-belief.ts';

const model = modelOf(assumedPriors);
const beliefWith = (
  weightOf: (cell: number) => number,
  ...looks: readonly (readonly ['photo' | 'presence' | 'group-add', boolean])[]
): FactoredBelief => {
  const core = Float64Array.from({ length: 30 }, (_, cell) => weightOf(cell));
  normalise(core);
  let belief: FactoredBelief = { core, traits: [], settings: new Float64Array(5).fill(1) };
  for (const [trait, seen] of looks) {
    belief = withTrait(model, belief, { trait, age: 9 });
    weighLook(model, belief, { trait, seen });
    normalise(belief.core);
  }
  return belief;
};
const everywhere = (cell: number) => 1 + ((cell * 7) % 11);
/** Nobody waits for anything. */
const noneQueued = (cell: number) => (Math.floor((cell % 15) / 5) === 1 ? 0 : everywhere(cell));
const looks = [
  ['photo', false],
  ['presence', true],
] as const;
const expectClose = (read: FactoredBelief, belief: FactoredBelief, digits: number) => {
  expect(read.traits).toEqual(belief.traits);
  expect(read.core).toHaveLength(30);
  for (const [at, one] of belief.core.entries())
    expect(Math.abs((read.core[at] ?? 0) / (one || 1) - (one > 0 ? 1 : 0))).toBeLessThan(digits);
  expect(read.settings).toHaveLength(belief.settings.length);
  for (const at of placesOf(belief))
    expect(Math.abs((read.settings[at] ?? 0) / (belief.settings[at] ?? 1) - 1)).toBeLessThan(
      digits * 50,
    );
};

describe('a belief in letters', () => {
  test.each([
    ['without looks', beliefWith(everywhere)],
    ['with two', beliefWith(everywhere, ...looks)],
    [
      'with three',
      beliefWith(everywhere, ['group-add', true], ['photo', true], ['presence', false]),
    ],
    ['where nobody waits', beliefWith(noneQueued, ...looks)],
  ])('%s is read again to millionths', (_name, belief) => {
    expectClose(unpackedBelief(model, packedBelief(belief)), belief, 4e-6);
  });

  test('takes four letters for a weight, three for a share of a setting, one for nothing', () => {
    expect(packedBelief(beliefWith(everywhere))).toHaveLength(30 * 4);
    expect(packedBelief(beliefWith(noneQueued))).toHaveLength(20 * 4 + 10);
    const [core, initials, settings] = packedBelief(beliefWith(everywhere, ...looks)).split('.');
    expect([core?.length, initials, settings?.length]).toEqual([30 * 4, 'fp', 5 * 6 * 3]);
    // Of the groups of those who wait two are empty, and the third holds whoever is gone.
    const [, , fewer] = packedBelief(beliefWith(noneQueued, ...looks)).split('.');
    expect(fewer).toHaveLength(3 * 6 * 3);
  });

  test('keeps certainty, and what is fainter than its scale at the end of it', () => {
    const certain = beliefWith((cell) => (cell === 0 ? 1 : cell === 1 ? 1e-60 : 0));
    const { core } = unpackedBelief(model, packedBelief(certain));
    expect(core[0]).toBe(1);
    expect(core[1]).toBeCloseTo(Math.exp(-64), 40);
    expect(core[1]).toBeGreaterThan(0);
    expect(core[2]).toBe(0);
  });

  test('names what was looked at by initials', () => {
    expect(traitsIn('gfp')).toEqual(['group-add', 'photo', 'presence']);
    expect(traitsIn('')).toEqual([]);
    expect(joined('core', ['presence'], 'settings')).toBe('core.p.settings');
    expect(joined('core', [], '')).toBe('core');
  });

  test('has room for settings: ones where nobody looked, else zeros to be filled', () => {
    expect([...emptySettings(model, [])]).toEqual([1, 1, 1, 1, 1]);
    expect([...emptySettings(model, ['photo', 'presence'])]).toEqual(
      Array.from({ length: 30 }, () => 0),
    );
    expect(placesOf(beliefWith(everywhere))).toEqual([]);
  });
});

describe('a belief by its difference from the whole', () => {
  const whole = beliefWith(everywhere, ...looks);
  const reference = referenceOf(whole);
  const again = (belief: FactoredBelief, to = reference) =>
    unpackedDelta(model, packedDelta(model, belief, to), to);

  test('is empty where it does not differ', () => {
    expect(packedDelta(model, whole, reference)).toBe('');
  });

  test('is read again, larger and smaller', () => {
    const other = beliefWith((cell) => everywhere(cell) * (cell % 2 === 0 ? 1.5 : 0.01), ...looks);
    expect(packedDelta(model, other, reference)).not.toBe('');
    expectClose(again(other), other, 1e-3);
  });

  test('by fewer traits is told of these alone, and never empty', () => {
    const narrow = { ...beliefWith(everywhere, ['presence', true]) };
    expectClose(again(narrow), narrow, 1e-3);
    const blind = beliefWith(everywhere);
    expectClose(again(blind), blind, 1e-3);
    const same = { core: whole.core, traits: [], settings: new Float64Array(5).fill(1) };
    expect(packedDelta(model, same, reference)).not.toBe('');
    expectClose(again(same), same, 1e-3);
  });

  test('holds nothing where it has nothing, and something where only the whole has not', () => {
    const some = beliefWith(noneQueued, ...looks);
    expectClose(again(some), some, 1e-3);
    const reversed = referenceOf(some);
    expectClose(again(whole, reversed), whole, 1e-3);
  });

  test('that is next to nothing is nothing', () => {
    const faint = { ...whole, core: whole.core.map((one, cell) => (cell === 5 ? 1e-280 : one)) };
    expect(again(faint).core[5]).toBe(0);
  });

  test('is to a reference that is nowhere fainter than its letters can say', () => {
    const faint = referenceOf({
      ...whole,
      core: whole.core.map((one, cell) => (cell === 5 ? 1e-200 : one)),
    });
    expect(faint.core[5]).toBe(Math.exp(-64));
    expect(faint.core[6]).toBe(whole.core[6]);
    const none = referenceOf({
      ...whole,
      core: whole.core.map((one, cell) => (cell === 5 ? 0 : one)),
    });
    expect(none.core[5]).toBe(0);
    const shares = referenceOf({
      ...whole,
      settings: whole.settings.map((one, at) => (at === 3 ? 1e-100 : one)),
    });
    expect(shares.settings[3]).toBe(Math.exp(-24));
  });

  test('where nobody is takes the settings of all groups together', () => {
    const some = beliefWith(noneQueued, ...looks);
    const { core, settings } = referenceOf(some);
    const width = 6;
    const masses = [0, 3, 4].map((group) => {
      const cells = Array.from(core.keys()).filter((cell) => {
        const [link, live] = [Math.floor((cell % 15) / 5), cell % 5];
        return group === 4 ? link === 2 : link === 0 && (live === 4) === (group === 3);
      });
      return cells.reduce((sum, cell) => sum + (core[cell] ?? 0), 0);
    });
    for (let at = 0; at < width; at++) {
      const together = [0, 3, 4].reduce(
        (sum, group, nth) => sum + (masses[nth] ?? 0) * (settings[group * width + at] ?? 0),
        0,
      );
      expect(settings[1 * width + at]).toBeCloseTo(together, 12);
      expect(settings[2 * width + at]).toBeCloseTo(together, 12);
      expect(settings[at]).toBe(some.settings[at]);
    }
  });
});

describe('a belief that is the whole one without a look', () => {
  const whole = beliefWith(everywhere, ...looks);
  const reference = referenceOf(whole);
  const { core, settings } = whole;
  /** By group, what is left of the settings of photo and presence when one of them is not looked at. */
  const marginal = (keeps: 'photo' | 'presence') =>
    Float64Array.from({ length: 5 * (keeps === 'photo' ? 3 : 2) }, (_, at) => {
      const [size, others] = keeps === 'photo' ? [3, 2] : [2, 3];
      const [group, kept] = [Math.floor(at / size), at % size];
      const shares = Array.from({ length: others }, (__, other) => {
        const [photo, presence] = keeps === 'photo' ? [kept, other] : [other, kept];
        return settings[group * 6 + photo * 2 + presence] ?? 0;
      });
      return shares.reduce((sum, share) => sum + share, 0);
    });

  test.each([
    ['photo', 'f', 15],
    ['presence', 'p', 10],
  ] as const)('%s alone differs in nothing', (trait, initial, count) => {
    const narrow = { core, traits: [trait], settings: marginal(trait) };
    const text = packedDelta(model, narrow, reference);
    expect(text).toBe(`${'~'.repeat(30)}.${initial}.${'~'.repeat(count)}`);
    const read = unpackedDelta(model, text, reference);
    for (const [at, share] of narrow.settings.entries())
      expect(read.settings[at]).toBeCloseTo(share, 12);
  });

  test('of everything differs in nothing either', () => {
    const blind = { core, traits: [], settings: new Float64Array(5).fill(1) };
    const text = packedDelta(model, blind, reference);
    expect(text).toBe('~'.repeat(30));
    expect(unpackedDelta(model, text, reference)).toEqual({ ...blind, core: reference.core });
  });

  test('is nothing where either has nothing', () => {
    const none = { ...whole, core: core.map((one, cell) => (cell === 5 ? 0 : one)) };
    expect(packedDelta(model, none, reference)[5]).toBe('!');
    expect(
      packedDelta(
        model,
        { ...none, traits: [], settings: new Float64Array(5).fill(1) },
        referenceOf(none),
      )[5],
    ).toBe('~');
    const shares = settings.map((one, at) => (at === 3 ? 0 : one));
    expect(referenceOf({ ...whole, settings: shares }).settings[3]).toBe(0);
  });
});
