import { createHash } from 'node:crypto';

const TTL_MS = 2_000;
const KEYS_MAX = 10_000;

/**
 * Keys that a service vouched for a moment ago, by their hash. It spares the question, never the check: the service
 * reads the key of every request again.
 */
export class KnownKeys {
  readonly #until = new Map<string, number>();

  static hashOf(authorization: string): string {
    return createHash('sha256').update(authorization).digest('base64');
  }

  has(hash: string, now = performance.now()): boolean {
    const until = this.#until.get(hash);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#until.delete(hash);
    return false;
  }

  add(hash: string, now = performance.now()): void {
    this.#until.delete(hash);
    this.#until.set(hash, now + TTL_MS);
    // The first in is the oldest.
    for (const oldest of this.#until.keys()) {
      if (this.#until.size <= KEYS_MAX) break;
      this.#until.delete(oldest);
    }
  }
}
