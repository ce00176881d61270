import type { AllowedObservation } from '@tact/contracts';
import { coreLikelihoods, lookLikelihood } from '../filter/day-likelihood.ts';
import { type DayPlan, emptyDay } from '../evidence/day-plan.ts';
import type { Model } from '../model/model.ts';
import { agedTrait } from '../filter/quiet-days.ts';
import { BLOCKED, CORE_COUNT, talkers, traitSettings, type Trait } from '../model/states.ts';

const CELLS = talkers.length * CORE_COUNT;
const SETTINGS = traitSettings.length;

/** What an observation is weighed by: the belief of the next day, apart by whether today is blocked. */
export type Outlook = {
  readonly model: Model;
  /** Days from the first fact to the day of the observation. */
  readonly age: number;
  readonly traits: readonly Trait[];
  readonly openToday: Float64Array;
  readonly blockedToday: Float64Array;
};

/** How much of a part of the belief would see the observation show life. */
export type Share = (part: Float64Array) => number;

/** Whether a cell of a belief of this size is one of a block. */
export const blockedIn = ({ length }: Float64Array): ((index: number) => boolean) => {
  const stride = length / CELLS;
  return (index) => Math.floor(index / stride) % CORE_COUNT >= BLOCKED;
};

/** Two days that exclude each other; of what the model leaves to neither, nothing is made. */
const fromDays = (model: Model, life: Partial<DayPlan>, silence: Partial<DayPlan>): Share => {
  const [alive, silent] = [new Float64Array(CELLS), new Float64Array(CELLS)];
  const quiet = emptyDay(0);
  coreLikelihoods(model, { ...quiet, ...life }, alive);
  coreLikelihoods(model, { ...quiet, ...silence }, silent);
  const chances = alive.map((one, cell) => one / (one + (silent[cell] ?? 0)));
  return (part) => {
    const stride = part.length / CELLS;
    return part.reduce(
      (sum, weight, index) => sum + weight * (chances[Math.floor(index / stride)] ?? 0),
      0,
    );
  };
};

/** A look at a setting; one that nobody looked at stands where its own course has brought it. */
const fromLook = ({ model, age, traits }: Outlook, trait: Trait): Share => {
  const look = model.looks[trait];
  const chances = [false, true].map((isBlocked) =>
    traitSettings.map((_, setting) => lookLikelihood(look, setting, { isSeen: true, isBlocked })),
  );
  const place = traits.indexOf(trait);
  if (place < 0) {
    const course = agedTrait(model, trait, age);
    for (const [nth, chance] of chances.entries()) {
      const whole = course.reduce((sum, share, at) => sum + share * (chance[at] ?? 0), 0);
      chances[nth] = chance.map(() => whole);
    }
  }
  const apart = SETTINGS ** (traits.length - 1 - Math.max(place, 0));
  return (part) => {
    const isBlocked = blockedIn(part);
    return part.reduce((sum, weight, index) => {
      const chance = chances[Number(isBlocked(index))];
      return sum + weight * (chance?.[Math.floor(index / apart) % SETTINGS] ?? 0);
    }, 0);
  };
};

/**
 * What may be suggested, and nothing else: no message, call, group add or second number only to test.
 * Receipts of a shared group are left out as well: somebody would have to post there for the purpose.
 */
export const showsLife: Record<AllowedObservation, (outlook: Outlook) => Share> = {
  'await-message': ({ model }) => fromDays(model, { arrived: 'queue' }, { waits: true }),
  'expected-call': ({ model }) => fromDays(model, { ring: 'some' }, { ring: 'none' }),
  'look-at-photo': (outlook) => fromLook(outlook, 'photo'),
  'look-at-presence': (outlook) => fromLook(outlook, 'presence'),
};
