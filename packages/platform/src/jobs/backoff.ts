import type { JobKind } from './job-kind.ts';

/**
 * Milliseconds before the attempt after `attempt` (counted from 1). `chance` is drawn from [0, 1): between a half and
 * the whole of the doubled time, so that jobs which failed together do not come back together.
 */
export const backoffOf = (
  { first, max }: JobKind['backoffMs'],
  attempt: number,
  chance: number,
): number => {
  const whole = Math.min(first * 2 ** (attempt - 1), max);
  return Math.round(whole / 2 + (whole / 2) * chance);
};
