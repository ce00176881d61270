import { HOUR_MS } from '@tact/contracts';
import { jobKind } from '@tact/platform';
import { z } from 'zod';

/** One for every hour in which facts are due, however many: their rows in `facts_ahead` say which. */
export const applyFactsAhead = jobKind({
  name: 'apply-facts-ahead',
  payload: z.object({}),
  // Facts that were not recorded are not lost: the gate that is stale now hears everything again.
  attemptsMax: Infinity,
  backoffMs: { first: 10_000, max: 600_000 },
});

/** The job of the hour that `at` falls into. */
export const applyAt = (at: Date) => {
  const runAt = new Date(at.getTime() - (at.getTime() % HOUR_MS));
  return { payload: {}, unique: runAt.toISOString(), runAt };
};
