import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

const TTL_MS = 2_000;
const KEYS_MAX = 10_000;

/**
 * Keys that a service vouched for a moment ago, by their hash. It spares the question, never the check: the service
 * reads the key of every request again.
 */
export class KnownKeys {
  readonly #vouched = new LRUCache<string, true>({ max: KEYS_MAX, ttl: TTL_MS });

  static hashOf(authorization: string): string {
    return createHash('sha256').update(authorization).digest('base64');
  }

  has(hash: string): boolean {
    return this.#vouched.has(hash);
  }

  add(hash: string): void {
    this.#vouched.set(hash, true);
  }
}
