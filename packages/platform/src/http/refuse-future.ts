import { ProblemError } from './problem-error.ts';

/** Clocks differ; what is said to have happened further ahead than this has not happened. */
const CLOCK_SKEW_MAX_MS = 5 * 60_000;

/** True for an instant further ahead than clocks differ. */
export const liesAhead = (now: Date, at: string): boolean =>
  Date.parse(at) > now.getTime() + CLOCK_SKEW_MAX_MS;

/**
 * Refuses facts dated in the future: the latest word wins by its own time, so one dated ahead would
 * outlive everything that is said until then.
 */
export const refuseFuture = (
  now: Date,
  facts: readonly { readonly at: string; readonly pointer: string }[],
): void => {
  const errors = facts
    .filter(({ at }) => liesAhead(now, at))
    .map(({ pointer }) => ({ pointer, message: 'Lies in the future.' }));
  if (errors.length > 0) throw new ProblemError('validation-failed', { errors });
};

/**
 * The time a fact counts from: nothing happened after we heard of it. A consent that a fast clock dated
 * some minutes ahead would outlive the withdrawal that follows it.
 */
export const notAfter = (now: Date, at: string): string =>
  Date.parse(at) > now.getTime() ? now.toISOString() : at;
