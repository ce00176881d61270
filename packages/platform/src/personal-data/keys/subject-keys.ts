import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { Queryable } from '../../postgres/queryable.ts';
import { erasureChannel } from './erasure-notices.ts';
import { memoryOfPersons } from '../../stores/memory.ts';
import { expiringCache, type ExpiringCache } from './expiring-cache.ts';
import type { KeyEpochs } from './key-epochs.ts';
import { unwrapSubjectKey, wrapSubjectKey, type WrappedKey } from './subject-key-wrapping.ts';

/** A person as the vault knows one: an opaque id within a tenant. */
export type Subject = { readonly tenantId: string; readonly subject: string };

/** What the vault answers about a subject. No entry at all means: never had a key. */
export type SubjectKeyring =
  | { readonly state: 'erased' }
  | {
      readonly state: 'live';
      /** Revision new boxes are sealed under. */
      readonly revision: number;
      readonly keys: ReadonlyMap<number, KeyObject>;
    };

type Row =
  | WrappedKey
  | (Omit<WrappedKey, 'epoch' | 'wrapped'> & { readonly epoch: null; readonly wrapped: null });

const cacheLimits = { ttlMs: 60_000, entriesMax: 50_000 };
const erasedRing: SubjectKeyring = Object.freeze({ state: 'erased' });

/** The key of a subject in the maps that this file answers with. */
export const subjectId = ({ tenantId, subject }: Subject): string => `${tenantId}\n${subject}`;

/** The part of an entry's key that is the person. */
const subjectIn = (id: string): string | undefined => id.split('\n')[1];

export const personKeys = memoryOfPersons<SubjectKeyring>({
  name: 'keys of persons',
  holds: {
    en: 'The key that opens what is sealed about the person, for a minute at most.',
    fr: 'La clé qui ouvre ce qui est chiffré au sujet de la personne, une minute au plus.',
  },
  part: 'subject',
  subjectOf: subjectIn,
});

/** Destroys every revision of one key and leaves the mark that forbids a new one, in whoever's transaction. */
export const destroyKeys = async (tx: Queryable, subject: Subject, at: Date): Promise<number> => {
  const [row] = await tx.query<{ keys: number }>(
    `WITH later AS (
       UPDATE vault.subject_keys SET wrapped = NULL, epoch = NULL, erased_at = $4
       WHERE tenant_id = $1 AND subject = $2 AND revision > 1 AND erased_at IS NULL RETURNING 1),
     first AS (
       INSERT INTO vault.subject_keys AS k (tenant_id, subject, revision, erased_at)
       VALUES ($1, $2, 1, $4)
       ON CONFLICT (tenant_id, subject, revision)
       DO UPDATE SET wrapped = NULL, epoch = NULL, erased_at = $4 WHERE k.erased_at IS NULL RETURNING 1),
     told AS (SELECT pg_notify('${erasureChannel}', $3))
     SELECT (SELECT count(*) FROM later) + (SELECT count(*) FROM first) AS keys FROM told`,
    [subject.tenantId, subject.subject, subjectId(subject), at],
  );
  return row?.keys ?? 0;
};

/**
 * One 256-bit key per subject, in batches: one query for all that is not cached. Keys stay in memory
 * for a minute at most, which is how long an erasure waits before it may call a key gone.
 */
export class SubjectKeys {
  readonly #queryable: Queryable;
  readonly #epochs: KeyEpochs;
  readonly #fenceKey: KeyObject;
  readonly #cache: ExpiringCache<SubjectKeyring>;
  readonly #now: () => number;
  #evictions = 0;

  constructor(options: {
    queryable: Queryable;
    epochs: KeyEpochs;
    fenceKey: Uint8Array;
    now: () => number;
  }) {
    this.#queryable = options.queryable;
    this.#now = options.now;
    this.#epochs = options.epochs;
    this.#fenceKey = createSecretKey(options.fenceKey);
    this.#cache = expiringCache(personKeys, options.now, cacheLimits);
  }

  /** Keyrings by `subjectId`; a subject that never had a key is absent. Mints nothing. */
  async find(subjects: readonly Subject[]): Promise<Map<string, SubjectKeyring>> {
    const found = new Map<string, SubjectKeyring>();
    const missing = new Map<string, Subject>();
    for (const subject of subjects) {
      const id = subjectId(subject);
      const cached = this.#cache.get(id);
      if (cached) found.set(id, cached);
      else missing.set(id, subject);
    }
    if (missing.size > 0) {
      for (const [id, ring] of await this.#read([...missing.values()])) found.set(id, ring);
    }
    return found;
  }

  /** The same, and mints a key for whoever never had one. Requests that race agree on one key. */
  async provide(subjects: readonly Subject[]): Promise<Map<string, SubjectKeyring>> {
    const rings = await this.find(subjects);
    const keyless = new Map<string, Subject>();
    for (const subject of subjects) {
      const id = subjectId(subject);
      if (!rings.has(id)) keyless.set(id, subject);
    }
    if (keyless.size === 0) return rings;
    await this.#mint([...keyless.values()]);
    // Read back instead of trusting one's own draw: another process may have been first.
    for (const [id, ring] of await this.#read([...keyless.values()])) rings.set(id, ring);
    return rings;
  }

  /** Destroys every revision, leaves the mark that forbids a new one, and tells all processes. Safe to repeat. */
  async destroy(subject: Subject): Promise<void> {
    await destroyKeys(this.#queryable, subject, new Date(this.#now()));
    this.evict(subjectId(subject));
  }

  /** Forgets one keyring, by `subjectId`; a read that runs meanwhile is not kept either. */
  evict(id: string): void {
    this.#evictions += 1;
    this.#cache.delete(id);
  }

  evictAll(): void {
    this.#evictions += 1;
    this.#cache.clear();
  }

  async #read(subjects: readonly Subject[]): Promise<Map<string, SubjectKeyring>> {
    const evictions = this.#evictions;
    const first = await this.#readRows(subjects);
    // A rotation may have moved a row to a younger epoch and destroyed the one that was read.
    const moved = subjects.filter((subject) => first.orphans.has(subjectId(subject)));
    const second = moved.length > 0 ? await this.#readRows(moved) : undefined;
    const rings = new Map([...first.rings, ...(second?.rings ?? [])]);
    // An epoch that is gone took its keys along: for the reader that is an erased subject too.
    for (const id of second?.orphans ?? []) rings.set(id, erasedRing);
    // Someone was erased while this was read: what was read may be from before.
    if (this.#evictions === evictions) for (const [id, ring] of rings) this.#cache.set(id, ring);
    return rings;
  }

  /** `orphans` have a row whose epoch has no key. */
  async #readRows(
    subjects: readonly Subject[],
  ): Promise<{ rings: Map<string, SubjectKeyring>; orphans: Set<string> }> {
    const rows = await this.#queryable.query<Row>(
      `SELECT k.tenant_id AS "tenantId", k.subject, k.revision, k.epoch, k.wrapped
       FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, subject)
       JOIN vault.subject_keys k USING (tenant_id, subject)`,
      columns(subjects),
      'subject_keys',
    );
    const live = rows.filter((row) => row.wrapped !== null);
    const epochs = await this.#epochs.keys([...new Set(live.map(({ epoch }) => epoch))]);
    const rings = new Map<string, SubjectKeyring>();
    const orphans = new Set<string>();
    for (const row of rows) if (row.wrapped === null) rings.set(subjectId(row), erasedRing);
    for (const row of live) {
      const epochKey = epochs.get(row.epoch);
      if (epochKey) addRevision(rings, row, epochKey);
      else orphans.add(subjectId(row));
    }
    return { rings, orphans };
  }

  async #mint(subjects: readonly Subject[]): Promise<void> {
    const { epoch, key } = await this.#epochs.current();
    // One order for all processes, so that two batches cannot wait for each other in a circle.
    const ordered = subjects.toSorted((a, b) => (subjectId(a) < subjectId(b) ? -1 : 1));
    const drawn = ordered.map((subject) => {
      const plain = randomBytes(32);
      return {
        wrapped: wrapSubjectKey(key, { ...subject, revision: 1, epoch }, plain),
        fingerprint: createHmac('sha256', this.#fenceKey).update(plain).digest(),
      };
    });
    await this.#queryable.query(
      `INSERT INTO vault.subject_keys (tenant_id, subject, revision, epoch, wrapped, fingerprint)
       SELECT tenant_id, subject, 1, $3::integer, wrapped, fingerprint
       FROM unnest($1::text[], $2::text[], $4::bytea[], $5::bytea[])
         AS fresh (tenant_id, subject, wrapped, fingerprint)
       WHERE EXISTS (SELECT 1 FROM vault.key_epochs WHERE epoch = $3 AND wrapped IS NOT NULL)
       ON CONFLICT DO NOTHING`,
      [
        ...columns(ordered),
        epoch,
        drawn.map(({ wrapped }) => wrapped),
        drawn.map(({ fingerprint }) => fingerprint),
      ],
    );
  }
}

const columns = (subjects: readonly Subject[]): [string[], string[]] => [
  subjects.map(({ tenantId }) => tenantId),
  subjects.map(({ subject }) => subject),
];

const addRevision = (
  rings: Map<string, SubjectKeyring>,
  row: WrappedKey,
  epochKey: KeyObject,
): void => {
  const id = subjectId(row);
  const ring = rings.get(id);
  if (ring?.state === 'erased') return;
  const key = createSecretKey(unwrapSubjectKey(epochKey, row));
  rings.set(id, {
    state: 'live',
    revision: Math.max(ring?.revision ?? 0, row.revision),
    keys: new Map([...(ring?.keys ?? []), [row.revision, key]]),
  });
};
