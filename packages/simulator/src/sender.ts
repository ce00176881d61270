import type { Chance } from './chance.ts';
import type { Look } from './world.ts';

/** How a business writes to one contact, and whether its agents look at them with the app. */
export type Habits = {
  readonly daysBetween: number;
  readonly isWatched: boolean;
  readonly inGroup: boolean;
  readonly tellsReads: boolean;
};

export type Plans = {
  readonly messages: number;
  readonly withheld: boolean;
  readonly calls: boolean;
  readonly groupPost: boolean;
  readonly looks: readonly Look[];
  readonly complaint: boolean;
  readonly optOut: boolean;
};

/** What the business can see when it plans a day. */
export type Known = {
  readonly isFirst: boolean;
  readonly sinceSent: number;
  /** Days for which the oldest message without an arrival has waited; 0 when all came. */
  readonly stuckDays: number;
  readonly optedOut: boolean;
};

const ordinary = { call: 0.008, photo: 0.012, presence: 0.012, 'group-add': 0.002, post: 0.1 };
/** Someone whose messages stopped arriving is looked at more closely. */
const worried = { call: 0.12, photo: 0.15, presence: 0.1, 'group-add': 0.02, post: 0.2 };

export const someHabits = (chance: Chance): Habits => ({
  daysBetween: chance.whole(1, 7),
  isWatched: chance.happens(0.6),
  inGroup: chance.happens(0.35),
  tellsReads: chance.happens(0.7),
});

/**
 * A day's plans. They depend on what was observed and on chance, never on the hidden path: that makes
 * the business's own choices uninformative, so the exact posterior may leave them out.
 */
export const plansFor = (habits: Habits, known: Known, chance: Chance): Plans => {
  const attention = known.stuckDays >= 2 ? worried : ordinary;
  const isDue = known.sinceSent >= habits.daysBetween * (known.optedOut ? 3 : 1);
  const isCampaign = !known.optedOut && chance.happens(0.004);
  const withheld = chance.happens(0.02);
  const messages = isCampaign ? chance.whole(3, 5) : known.isFirst || isDue ? 1 : 0;
  const happens = (rate: number) => chance.happens(rate) && habits.isWatched;
  return {
    messages,
    withheld: withheld && messages > 0 && !known.isFirst,
    calls: chance.happens(attention.call),
    groupPost: happens(attention.post) && habits.inGroup,
    looks: (['photo', 'presence', 'group-add'] as const).filter((look) => happens(attention[look])),
    complaint: chance.happens(0.0007),
    optOut: chance.happens(0.0006),
  };
};
