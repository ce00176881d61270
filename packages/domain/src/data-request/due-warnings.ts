import { DAY_MS } from '@tact/contracts';

/** Days before the date we work to at which a person must look. */
export const warningDays = [14, 7, 2] as const;
export type WarningDays = (typeof warningDays)[number];

/** What is said now of a request that is due then, and when there is more to say. */
export type Warning = {
  /** The latest threshold that is passed; undefined before the first. */
  readonly days?: WarningDays;
  readonly nextAt?: Date;
};

/** A threshold is passed at its instant: a request that reached us late begins with the last one it passed. */
export const warningAt = (internalDue: Date, now: Date): Warning => {
  const instants = warningDays.map((days) => ({
    days,
    at: new Date(internalDue.getTime() - days * DAY_MS),
  }));
  const passed = instants.findLast(({ at }) => at <= now);
  const next = instants.find(({ at }) => at > now);
  return {
    ...(passed === undefined ? {} : { days: passed.days }),
    ...(next === undefined ? {} : { nextAt: next.at }),
  };
};
