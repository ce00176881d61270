import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { Queryable } from '../postgres/queryable.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { RootKeyRefused } from './refusals.ts';
import type { RootKey } from './root-key.ts';

const epochMs = 30 * 24 * 3_600_000;
const cacheLimits = { ttlMs: 60_000, entriesMax: 64 };

/** Number of the 30-day epoch an instant (ms since 1970) falls in. */
export const epochAt = (nowMs: number): number => Math.floor(nowMs / epochMs);

/**
 * Keys that wrap the keys of persons, one per 30 days, wrapped by the root. Destroying an epoch turns
 * every older copy of the person keys it wrapped (a backup of the database) into noise.
 */
export class KeyEpochs {
  readonly #queryable: Queryable;
  readonly #rootKey: RootKey;
  readonly #now: () => number;
  readonly #cache: ExpiringCache<KeyObject>;

  constructor(options: { queryable: Queryable; rootKey: RootKey; now: () => number }) {
    this.#queryable = options.queryable;
    this.#rootKey = options.rootKey;
    this.#now = options.now;
    this.#cache = new ExpiringCache(options.now, cacheLimits);
  }

  /** The epoch new keys are wrapped in; the first caller of an epoch creates it for all processes. */
  async current(): Promise<{ epoch: number; key: KeyObject }> {
    const epoch = epochAt(this.#now());
    const known = (await this.keys([epoch])).get(epoch);
    if (known) return { epoch, key: known };
    const wrapped = await this.#rootKey.wrap(randomBytes(32), contextOf(epoch));
    await this.#queryable.query(
      'INSERT INTO vault.key_epochs (epoch, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [epoch, wrapped],
    );
    const key = (await this.keys([epoch])).get(epoch);
    if (!key) throw new RootKeyRefused(`Key epoch ${epoch} is destroyed: the clock runs behind.`);
    return { epoch, key };
  }

  /** The keys of some epochs; a destroyed or unknown epoch is absent. */
  async keys(epochs: readonly number[]): Promise<Map<number, KeyObject>> {
    const found = new Map<number, KeyObject>();
    const missing = new Set<number>();
    for (const epoch of epochs) {
      const cached = this.#cache.get(String(epoch));
      if (cached) found.set(epoch, cached);
      else missing.add(epoch);
    }
    if (missing.size === 0) return found;
    const rows = await this.#queryable.query<{ epoch: number; wrapped: Buffer }>(
      'SELECT epoch, wrapped FROM vault.key_epochs WHERE epoch = ANY ($1) AND wrapped IS NOT NULL',
      [[...missing]],
    );
    for (const { epoch, wrapped } of rows) {
      const key = createSecretKey(await this.#rootKey.unwrap(wrapped, contextOf(epoch)));
      this.#cache.set(String(epoch), key);
      found.set(epoch, key);
    }
    return found;
  }
}

const contextOf = (epoch: number): string => `tact key epoch ${epoch}`;
