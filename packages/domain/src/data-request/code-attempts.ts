import { DAY_MS, MINUTE_MS } from '@tact/contracts';

/** A code opens nothing after that many wrong ones; they are counted on, so that it is known how often somebody guessed. */
export const CODE_MISSES_MAX = 5;
/** Long enough for a mail that is late, short enough that nobody finds one. */
export const CODE_LIFE_MS = 30 * MINUTE_MS;
/** Codes that may be asked for in a day, for one request. */
export const CODES_A_DAY_MAX = 5;
export const CODES_WITHIN_MS = DAY_MS;

/** A code that was made for a request. */
export type CodeState = {
  readonly misses: number;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
};

/** Undefined: there is no code that could be right. */
export type CodeAnswer = 'accepted' | 'missed' | 'dead';

/** What a try comes to. A dead code says the same to whoever has it as to whoever guesses. */
export const answerTo = (code: CodeState | undefined, isRight: boolean, now: Date): CodeAnswer => {
  if (code === undefined || code.usedAt !== null) return 'dead';
  if (code.misses >= CODE_MISSES_MAX || code.expiresAt <= now) return 'dead';
  return isRight ? 'accepted' : 'missed';
};
