import { HOUR_MS } from '@tact/contracts';

/** The hour an instant falls in, as its first millisecond: all that is told in clear of when a person did something. */
export const hourOf = (instantMs: number): number => instantMs - (instantMs % HOUR_MS);
