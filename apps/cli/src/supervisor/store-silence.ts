import { setTimeout as sleep } from 'node:timers/promises';

export type StorePatience = {
  /** Milliseconds between two questions, and how long each may wait for its answer. */
  readonly everyMs: number;
  /** Questions in a row without an answer after which the store is frozen. */
  readonly questionsMax: number;
};

/** Longer than for a service: a store at its disk's limit is slow, and to begin it again costs a recovery. */
export const storePatience: StorePatience = { everyMs: 2_000, questionsMax: 10 };

/**
 * Resolves with the length of the silence once `speaks` failed too often in a row, or with undefined when `signal`
 * is aborted. Questions are counted and no clock, so that the sleep of this machine is nobody's silence.
 */
export const untilSilent = async (
  speaks: (waitMs: number) => Promise<boolean>,
  { patience, signal }: { readonly patience: StorePatience; readonly signal: AbortSignal },
): Promise<number | undefined> => {
  let unanswered = 0;
  while (!signal.aborted) {
    const began = performance.now();
    unanswered = (await speaks(patience.everyMs)) ? 0 : unanswered + 1;
    if (unanswered >= patience.questionsMax) return unanswered * patience.everyMs;
    const leftMs = Math.max(0, patience.everyMs - (performance.now() - began));
    await sleep(leftMs, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
};
