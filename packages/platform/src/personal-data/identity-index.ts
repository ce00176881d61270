import { createHmac, randomBytes } from 'node:crypto';
import { formatId, identityKinds, type Identities, type IdentityKind } from '@tact/contracts';
import type { Queryable } from '../postgres/queryable.ts';
import {
  canonicalIdentity,
  identityVariants,
  type CanonicalOptions,
} from './canonical-identity.ts';
import { InvalidIdentity } from './refusals.ts';

export type Registered = {
  readonly contactId: string;
  /** No identity was known before: this is a new life of the contact id. */
  readonly created: boolean;
  /** Kinds the index did not know for this contact. */
  readonly added: readonly IdentityKind[];
};
/** The identities belong to different contacts; nothing was written. Strongest identity first. */
export type IdentityConflict = {
  readonly conflict: readonly { readonly kind: IdentityKind; readonly contactId: string }[];
};
export type Registration = Registered | IdentityConflict;

type IndexKey = { readonly kind: IdentityKind; readonly bidx: Buffer; readonly id: string };
type NewRow = IndexKey & { readonly contactId: string };

/** Strongest first: WhatsApp's id cannot be recycled, a phone can, an e-mail may be shared. */
const precedence = [
  'bsuid',
  'parentBsuid',
  'phone',
  'crmId',
  'email',
] as const satisfies readonly IdentityKind[];

const attemptsMax = 5;

/**
 * From an identity to a contact id, through fingerprints keyed outside the database. The only place
 * where the two meet: deleting a person's rows here cuts the id off from the person.
 */
export class IdentityIndex {
  readonly #queryable: Queryable;
  readonly #key: Uint8Array;

  constructor(options: { queryable: Queryable; key: Uint8Array }) {
    this.#queryable = options.queryable;
    this.#key = options.key;
  }

  /** Contact ids in the order asked, undefined where nobody is known; one query for all. */
  async resolveMany(
    tenantId: string,
    people: readonly Identities[],
    options: CanonicalOptions = {},
  ): Promise<(string | undefined)[]> {
    const keys = people.map((identities) => this.#keys(tenantId, knowable(identities, options)));
    const owners = await this.#owners(this.#queryable, tenantId, { keys: keys.flat(), lock: '' });
    return keys.map((own) =>
      own.map(({ id }) => owners.get(id)).find((contactId) => contactId !== undefined),
    );
  }

  /** `registerMany` for one person. */
  async register(
    tx: Queryable,
    tenantId: string,
    identities: Identities,
    options: CanonicalOptions = {},
  ): Promise<Registration> {
    const [registration] = await this.registerMany(tx, tenantId, [identities], options);
    if (!registration) throw new Error('registerMany answered nothing for one person');
    return registration;
  }

  /**
   * Finds each person by any identity, or draws a new contact id, and adds what was not known. Runs in
   * the caller's READ COMMITTED transaction; racing registrations of one person get one id. Throws
   * `InvalidIdentity` before anything is written.
   */
  async registerMany(
    tx: Queryable,
    tenantId: string,
    people: readonly Identities[],
    options: CanonicalOptions = {},
  ): Promise<Registration[]> {
    const keys = people.map((identities) => this.#keys(tenantId, canonical(identities, options)));
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      // A known row is held until commit, so that an erasure cannot delete it under our feet.
      const owners = await this.#owners(tx, tenantId, {
        keys: keys.flat(),
        lock: 'FOR KEY SHARE OF i',
      });
      const rows: NewRow[] = [];
      const registrations = keys.map((own) => assign(own, owners, rows));
      const won = await insertRows(tx, tenantId, rows);
      if (won) return registrations;
    }
    throw new Error(
      `The identities were still contended after ${attemptsMax} attempts; try again.`,
    );
  }

  /** Removes all identities of a contact; loops because a registration may have been adding one. */
  async forget(tenantId: string, contactId: string): Promise<number> {
    let total = 0;
    for (;;) {
      const gone = await this.#queryable.query(
        'DELETE FROM vault.identities WHERE tenant_id = $1 AND contact_id = $2 RETURNING 1',
        [tenantId, contactId],
      );
      total += gone.length;
      if (gone.length === 0) return total;
    }
  }

  #keys(tenantId: string, identities: Identities): IndexKey[] {
    return precedence.flatMap((kind) => {
      const value = identities[kind];
      if (value === undefined) return [];
      return identityVariants(kind, value).map((variant) => {
        const hmac = createHmac('sha256', this.#key).update(`${tenantId}|${kind}|${variant}`);
        const bidx = hmac.digest();
        return { kind, bidx, id: bidx.toString('base64') };
      });
    });
  }

  async #owners(
    tx: Queryable,
    tenantId: string,
    { keys, lock }: { keys: readonly IndexKey[]; lock: '' | 'FOR KEY SHARE OF i' },
  ): Promise<Map<string, string>> {
    if (keys.length === 0) return new Map();
    const rows = await tx.query<{ bidx: Buffer; contactId: string }>(
      `SELECT i.bidx, i.contact_id AS "contactId" FROM vault.identities i
       WHERE i.tenant_id = $1 AND i.bidx = ANY ($2::bytea[]) ${lock}`,
      [tenantId, keys.map(({ bidx }) => bidx)],
    );
    return new Map(rows.map(({ bidx, contactId }) => [bidx.toString('base64'), contactId]));
  }
}

const canonical = (identities: Identities, options: CanonicalOptions): Identities =>
  Object.fromEntries(
    identityKinds.flatMap((kind) => {
      const raw = identities[kind];
      return raw === undefined ? [] : [[kind, canonicalIdentity(kind, raw, options)]];
    }),
  );

/** What has no canonical form cannot be in the index: looking it up finds nobody, it does not fail. */
const knowable = (identities: Identities, options: CanonicalOptions): Identities =>
  Object.fromEntries(
    identityKinds.flatMap((kind) => {
      const raw = identities[kind];
      if (raw === undefined) return [];
      try {
        return [[kind, canonicalIdentity(kind, raw, options)]];
      } catch (cause) {
        if (cause instanceof InvalidIdentity) return [];
        throw cause;
      }
    }),
  );

/** Decides one person and notes the rows to add in `owners`, so that a later copy in the batch finds them. */
const assign = (
  keys: readonly IndexKey[],
  owners: Map<string, string>,
  rows: NewRow[],
): Registration => {
  if (keys.length === 0) throw new Error('A person needs at least one identity.');
  const known = keys.flatMap(({ id, kind }) => {
    const contactId = owners.get(id);
    return contactId === undefined ? [] : [{ kind, contactId }];
  });
  const [first] = known;
  if (known.some(({ contactId }) => contactId !== first?.contactId)) return { conflict: known };
  const contactId = first?.contactId ?? formatId('contact', randomBytes(16));
  const knownKinds = new Set(known.map(({ kind }) => kind));
  for (const key of keys) {
    if (owners.has(key.id)) continue;
    owners.set(key.id, contactId);
    rows.push({ ...key, contactId });
  }
  const kinds = new Set(keys.map(({ kind }) => kind));
  return {
    contactId,
    created: first === undefined,
    added: [...kinds].filter((kind) => !knownKinds.has(kind)),
  };
};

/** False when another transaction was first for some row; ours are then taken back to decide again. */
const insertRows = async (
  tx: Queryable,
  tenantId: string,
  rows: readonly NewRow[],
): Promise<boolean> => {
  if (rows.length === 0) return true;
  // One order for all transactions, so that two of them cannot wait for each other in a circle.
  const ordered = rows.toSorted((a, b) => Buffer.compare(a.bidx, b.bidx));
  const inserted = await tx.query<{ bidx: Buffer }>(
    `INSERT INTO vault.identities (tenant_id, kind, bidx, contact_id)
     SELECT $1, kind, bidx, contact_id
     FROM unnest($2::text[], $3::bytea[], $4::text[]) AS fresh (kind, bidx, contact_id)
     ON CONFLICT DO NOTHING RETURNING bidx`,
    [
      tenantId,
      ordered.map(({ kind }) => kind),
      ordered.map(({ bidx }) => bidx),
      ordered.map(({ contactId }) => contactId),
    ],
  );
  if (inserted.length === rows.length) return true;
  await tx.query('DELETE FROM vault.identities WHERE tenant_id = $1 AND bidx = ANY ($2::bytea[])', [
    tenantId,
    inserted.map(({ bidx }) => bidx),
  ]);
  return false;
};
