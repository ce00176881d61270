const hourMs = 3_600_000;

/** The hour an instant falls in, as its first millisecond: all that is told in clear of when a person did something. */
export const hourOf = (instantMs: number): number => instantMs - (instantMs % hourMs);
