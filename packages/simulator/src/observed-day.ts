import { COMPLAINT_DAYS, FREQUENT_ABOVE, type Look, type Mood } from './world.ts';

/** Everything that anybody but the person can know of one day. */
export type ObservedDay = {
  /** Messages WhatsApp took, all with one answer: on their way, or 131026. */
  readonly sent: number;
  readonly answer: 'accepted' | 'unreachable';
  /** Marketing messages WhatsApp withheld (131049): the phone was never tried. */
  readonly withheld: number;
  /** Days on which the messages that arrived today had been sent, each once. */
  readonly arrived: readonly number[];
  /** What arrived was read, and the person lets that be known. */
  readonly read: boolean;
  readonly inbound: boolean;
  readonly call: 'none' | 'rang' | 'silent';
  readonly receipt: 'none' | 'seen' | 'missing';
  readonly looks: Readonly<Partial<Record<Look, boolean>>>;
  readonly complaint: boolean;
  readonly optOut: boolean;
};

/** Messages were sent on this day that the phone had a chance to take. */
export const isTried = ({ sent, answer }: ObservedDay): boolean =>
  sent > 0 && answer === 'accepted';

/** The mood of the night that leads into a day, from the days before it. */
export const moodBefore = (days: readonly ObservedDay[], day: number): Mood => ({
  complaint: days.slice(Math.max(0, day - COMPLAINT_DAYS), day).some(({ complaint }) => complaint),
  frequent: (days[day - 1]?.sent ?? 0) > FREQUENT_ABOVE,
  optedOut: days.slice(0, day).some(({ optOut }) => optOut),
});

/** Send days whose messages have not arrived by the end, the oldest first. */
export const notArrived = (days: readonly ObservedDay[]): readonly number[] => {
  const arrived = new Set(days.flatMap((day) => day.arrived));
  return days.flatMap((day, index) => (isTried(day) && !arrived.has(index) ? [index] : []));
};
