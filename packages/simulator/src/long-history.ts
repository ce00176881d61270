import type { SignalFact } from '@tact/domain';
import { factsOf } from './facts.ts';
import { simulateLife } from './life.ts';
import type { ObservedDay } from './observed-day.ts';
import { givenWorld } from './world.ts';

export type History = { readonly days: number; readonly facts: readonly SignalFact[] };

/** References as long as the platform's own: their length is part of what a fold costs. */
const withLongRef = (fact: SignalFact): SignalFact =>
  fact.messageRef === undefined
    ? fact
    : { ...fact, messageRef: `mr_${fact.messageRef.padStart(40, '0')}` };

const byApiAlone = (day: ObservedDay): ObservedDay => ({ ...day, looks: {}, receipt: 'none' });

/** Contacts who are written to every day for years, looked at by agents or known by the API alone. */
export const longHistories = (
  seed: string,
  { contacts, years, isWatched }: { contacts: number; years: number; isWatched: boolean },
): readonly History[] =>
  Array.from({ length: contacts }, (_, nth) => {
    const days = Math.round(years * 365);
    const habits = { daysBetween: 1, isWatched };
    const life = simulateLife(givenWorld, { seed: `${seed}/${nth}`, days, habits });
    const observed = isWatched ? life.days : life.days.map(byApiAlone);
    return { days, facts: factsOf(observed).map(withLongRef) };
  });
