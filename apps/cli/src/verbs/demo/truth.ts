import type { SimulatedPerson } from '../../simulator/people.ts';
import { texts, type Language } from './texts.ts';

const dayOf = (time: string): string => time.slice(0, 10);

/** What the simulation knows of a person, over time: who blocked and unblocked is told as that. */
export const truthOf = (person: SimulatedPerson | undefined, language: Language): string => {
  if (person === undefined) return '?';
  const say = texts[language];
  const { blockedSince, blockedEarlier, otherCause } = person;
  if (blockedSince !== undefined) return say.blockedSince(dayOf(blockedSince));
  if (blockedEarlier !== undefined) {
    return say.blockedEarlier(dayOf(blockedEarlier.from), dayOf(blockedEarlier.until));
  }
  return say.notBlocked(say.causes[otherCause ?? ''] ?? otherCause);
};

export const blocksNow = (person: SimulatedPerson | undefined): boolean =>
  person?.blockedSince !== undefined;
export const blockedEarlier = (person: SimulatedPerson | undefined): boolean =>
  person?.blockedSince === undefined && person?.blockedEarlier !== undefined;
