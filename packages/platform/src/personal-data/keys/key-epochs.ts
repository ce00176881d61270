import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { DAY_MS } from '@tact/contracts';
import type { Queryable } from '../../postgres/queryable.ts';
import { memoryOfNobody } from '../../stores/memory.ts';
import { nobody } from '../../stores/rows.ts';
import { expiringCache, type ExpiringCache } from './expiring-cache.ts';
import { EpochKeyGone, RootKeyRefused } from '../refusals.ts';
import { epochContext, type RootKey } from '../root-key/root-key.ts';

const EPOCH_MS = 30 * DAY_MS;
/** How long a backup of the vault can be restored after an epoch ended. */
const GRACE_MS = 7 * DAY_MS;
/** Where the key of the present epoch is lost, new keys go below the next one's, which begins early then. */
const SPARES_MAX = 3;
const cacheLimits = { ttlMs: 60_000, entriesMax: 64 };

/** Number of the 30-day epoch an instant (ms since 1970) falls in. */
export const epochAt = (nowMs: number): number => Math.floor(nowMs / EPOCH_MS);

/** The youngest epoch that ended 7 days ago or longer: it and all before may be destroyed. */
export const lastEpochPastGrace = (nowMs: number): number => epochAt(nowMs - GRACE_MS) - 1;

type Row = { readonly epoch: number; readonly wrapped: Buffer; readonly wrappedBy: WrappedBy };
/** `root` is how it was before epochs had keys of their own. */
type WrappedBy = 'root' | 'epoch';

const ofEpochs = {
  holds: nobody,
  because: 'Keys of a month, which wrap the keys of everybody.',
} as const;
export const epochKeys = memoryOfNobody<KeyObject>({ name: 'keys of epochs', ...ofEpochs });
export const lostEpochs = memoryOfNobody<true>({ name: 'epochs without a key', ...ofEpochs });

/**
 * Keys that wrap the keys of persons, one per 30 days, each wrapped by its epoch's key at the provider.
 * Destroying that turns every older copy of the person keys below it (a backup of the database) into noise.
 */
export class KeyEpochs {
  readonly #queryable: Queryable;
  readonly #rootKey: RootKey;
  readonly #now: () => number;
  readonly #cache: ExpiringCache<KeyObject>;
  readonly #lost: ExpiringCache<true>;

  constructor(options: { queryable: Queryable; rootKey: RootKey; now: () => number }) {
    this.#queryable = options.queryable;
    this.#rootKey = options.rootKey;
    this.#now = options.now;
    this.#cache = expiringCache(epochKeys, options.now, cacheLimits);
    this.#lost = expiringCache(lostEpochs, options.now, cacheLimits);
  }

  /** The epoch new keys are wrapped in; the first caller of an epoch creates it for all processes. */
  async current(): Promise<{ epoch: number; key: KeyObject }> {
    const present = epochAt(this.#now());
    for (let epoch = present; epoch <= present + SPARES_MAX; epoch += 1) {
      const key = await this.#usable(epoch);
      if (key) return { epoch, key };
    }
    throw new EpochKeyGone(present);
  }

  /** The keys of some epochs; a destroyed or unknown epoch is absent. Throws `EpochKeyGone` for one that is lost. */
  async keys(epochs: readonly number[]): Promise<Map<number, KeyObject>> {
    const found = new Map<number, KeyObject>();
    const missing = new Set<number>();
    for (const epoch of epochs) {
      const cached = this.#cache.get(String(epoch));
      if (cached) found.set(epoch, cached);
      else missing.add(epoch);
    }
    if (missing.size === 0) return found;
    const rows = await this.#queryable.query<Row>(
      `SELECT epoch, wrapped, wrapped_by AS "wrappedBy" FROM vault.key_epochs
       WHERE epoch = ANY ($1) AND wrapped IS NOT NULL`,
      [[...missing]],
    );
    for (const row of rows) {
      const key = createSecretKey(await this.#unwrap(row));
      this.#cache.set(String(row.epoch), key);
      found.set(row.epoch, key);
    }
    return found;
  }

  /** Drops a destroyed epoch's key from this process before its 60 s are over. */
  forget(epoch: number): void {
    this.#cache.delete(String(epoch));
  }

  /** Undefined: the provider has lost the key of this epoch. Nobody new has to suffer from that. */
  async #usable(epoch: number): Promise<KeyObject | undefined> {
    if (this.#lost.get(String(epoch))) return undefined;
    try {
      const known = (await this.keys([epoch])).get(epoch);
      if (known) return known;
      await this.#create(epoch);
      const made = (await this.keys([epoch])).get(epoch);
      if (!made) throw new RootKeyRefused(`Key epoch ${epoch} is gone as soon as it was made.`);
      return made;
    } catch (cause) {
      if (!(cause instanceof EpochKeyGone)) throw cause;
      this.#lost.set(String(epoch), true);
      return undefined;
    }
  }

  async #create(epoch: number): Promise<void> {
    const [destroyed] = await this.#queryable.query<{ lost: boolean }>(
      `SELECT lost_at IS NOT NULL AS lost FROM vault.key_epochs
       WHERE epoch = $1 AND destroyed_at IS NOT NULL`,
      [epoch],
    );
    if (destroyed?.lost) throw new EpochKeyGone(epoch);
    // Asked first: the provider would make a key of that number again.
    if (destroyed) {
      throw new RootKeyRefused(`Key epoch ${epoch} is destroyed: the clock runs behind.`);
    }
    const wrapped = await this.#rootKey.wrapForEpoch(epoch, randomBytes(32));
    await this.#queryable.query(
      `INSERT INTO vault.key_epochs (epoch, wrapped, wrapped_by) VALUES ($1, $2, 'epoch')
       ON CONFLICT DO NOTHING`,
      [epoch, wrapped],
    );
  }

  #unwrap({ epoch, wrapped, wrappedBy }: Row): Promise<Uint8Array> {
    return wrappedBy === 'root'
      ? this.#rootKey.unwrap(wrapped, epochContext(epoch))
      : this.#rootKey.unwrapForEpoch(epoch, wrapped);
  }
}
