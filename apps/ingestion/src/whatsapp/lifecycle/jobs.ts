import { jobKind } from '@tact/platform';
import { z } from 'zod';
import { HOUR_MS } from '@tact/contracts';

/** One for every hour in which messages are due, however many: their rows in `messages` say which. */
export const dropMessages = jobKind({
  name: 'drop-messages',
  payload: z.object({}),
  attemptsMax: 30,
  backoffMs: { first: 1_000, max: 600_000 },
});

/** One a service, every hour. While the clock is not trusted it waits: what is forgotten too early is lost. */
export const forgetMessages = jobKind({
  name: 'forget-messages',
  payload: z.object({}),
  attemptsMax: Infinity,
  backoffMs: { first: 60_000, max: 600_000 },
});

/** What is due by now already is due in this hour: after years of replay there is one job for all of it. */
export const dropAt = (dueAt: Date, now: Date) => {
  const thisHour = now.getTime() - (now.getTime() % HOUR_MS);
  const runAt = new Date(Math.max(dueAt.getTime(), thisHour));
  return { payload: {}, unique: runAt.toISOString(), runAt };
};
