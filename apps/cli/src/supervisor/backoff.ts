const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** A process that worked this long had a new accident, not the old one again. */
const FORGIVEN_AFTER_MS = 60_000;

/** How long to wait before a crashed process is started again: 1 s, 2 s, 4 s, at most 30 s. */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #crashes = 0;

  constructor({ firstMs = FIRST_MS, longestMs = LONGEST_MS } = {}) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
  }

  nextMs(livedMs: number): number {
    if (livedMs >= FORGIVEN_AFTER_MS) this.#crashes = 0;
    const waitMs = Math.min(this.#firstMs * 2 ** this.#crashes, this.#longestMs);
    this.#crashes += 1;
    return waitMs;
  }
}
