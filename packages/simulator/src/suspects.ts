import { chanceOf } from './chance.ts';
import { simulateLife, type Life } from './life.ts';
import { notArrived, type ObservedDay } from './observed-day.ts';
import type { World } from './world.ts';

/** The population of a comparison: contacts with a message of the last days that did not arrive. */
const SUSPECT_DAYS = 14;
const historyDays = { low: 14, high: 70 };

export const isSuspect = (days: readonly ObservedDay[]): boolean => {
  const from = days.length - SUSPECT_DAYS;
  const wasRefused = days
    .slice(-SUSPECT_DAYS)
    .some(({ sent, answer }) => sent > 0 && answer === 'unreachable');
  return wasRefused || notArrived(days).some((day) => day >= from);
};

export type Drawn = { readonly contacts: number; readonly suspects: readonly Life[] };

/** Draws contacts of a world until enough of them are suspects. */
export const drawSuspects = (world: World, seed: string, count: number): Drawn => {
  const suspects: Life[] = [];
  let contacts = 0;
  for (; suspects.length < count; contacts++) {
    const own = `${seed}/${contacts}`;
    const { low, high } = historyDays;
    const life = simulateLife(world, { seed: own, days: chanceOf(`${own}/days`).whole(low, high) });
    if (isSuspect(life.days)) suspects.push(life);
  }
  return { contacts, suspects };
};

/** Several draws of one world as one population. */
export const pooled = (draws: readonly Drawn[]): Drawn => ({
  contacts: draws.reduce((sum, { contacts }) => sum + contacts, 0),
  suspects: draws.flatMap(({ suspects }) => suspects),
});
