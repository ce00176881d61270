import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { formatId, type Identities, type IdentityKind } from '@tact/contracts';
import type { Queryable } from '../../postgres/queryable.ts';
import {
  identitySpellings,
  knowableSpellings,
  type CanonicalOptions,
  type Spellings,
} from './canonical-identity.ts';
import {
  deleteRows,
  holdOwners,
  insertRows,
  ownersText,
  type IndexKey,
  type IndexScope,
  type IndexRow,
} from './identity-rows.ts';
import type { Subject } from '../keys/subject-keys.ts';

export type Registered = {
  readonly contactId: string;
  /** No identity was known before: this is a new life of the contact id. */
  readonly created: boolean;
  /** Kinds the index did not know for this contact. */
  readonly added: readonly IdentityKind[];
};
/** Whose an identity is. `until`: they gave it up then, and what came later is not theirs. */
export type OwnerRow = { readonly nth: number; readonly until: Date | null };
/** Who people are, as a part of a statement that asks more about them in the same round trip. */
export type OwnersPart = {
  /** SQL that gives rows (nth, contact_id, until); its parameters are $1 and $2, and `values` their values. */
  readonly text: string;
  readonly values: readonly unknown[];
  /** Of the rows the statement gave, the one of each person in the order asked; undefined where nobody is known. */
  pick<Row extends OwnerRow>(rows: readonly Row[]): (Row | undefined)[];
};
/** When what is asked about happened, one instant a person in milliseconds since the epoch; now when absent. */
export type AskedAt = CanonicalOptions & { readonly at?: readonly number[] };
/** The identities belong to different contacts; nothing was written. Strongest identity first. */
export type IdentityConflict = {
  readonly conflict: readonly { readonly kind: IdentityKind; readonly contactId: string }[];
};
export type Registration = Registered | IdentityConflict;

/** What a contact gives up at an instant: these identities, and all of a kind but those they are replaced by. */
export type Ending = {
  readonly identities: Identities;
  readonly replaced?: { readonly kind: IdentityKind; readonly by: Identities };
  readonly until: Date;
};

/** Strongest first: WhatsApp's id cannot be recycled, a phone can, an e-mail may be shared. */
const precedence = [
  'bsuid',
  'parentBsuid',
  'phone',
  'crmId',
  'email',
] as const satisfies readonly IdentityKind[];

const ATTEMPTS_MAX = 5;
const contended = `The identities were contended ${ATTEMPTS_MAX} times in a row; try again.`;

/**
 * From an identity to a contact id, through fingerprints keyed outside the database. The only place
 * where the two meet: deleting a person's rows here cuts the id off from the person.
 */
export class IdentityIndex {
  readonly #queryable: Queryable;
  readonly #key: KeyObject;
  readonly #now: () => number;

  constructor(options: { queryable: Queryable; key: Uint8Array; now: () => number }) {
    this.#queryable = options.queryable;
    this.#now = options.now;
    // As a key object it is set up once; as bytes, every fingerprint would cost five times as much.
    this.#key = createSecretKey(options.key);
  }

  /** Contact ids in the order asked, undefined where nobody is known; one query for all. */
  async resolveMany(
    tenantId: string,
    people: readonly Identities[],
    options: AskedAt = {},
  ): Promise<(string | undefined)[]> {
    const owners = this.ownersPart(tenantId, people, options);
    const rows = await this.#queryable.query<OwnerRow & { contact_id: string }>(
      owners.text,
      owners.values,
      'identity_owners',
    );
    return owners.pick(rows).map((row) => row?.contact_id);
  }

  /** A number that was given up is its former owner's for what came before, hence the instants. */
  ownersPart(
    tenantId: string,
    people: readonly Identities[],
    { at, ...options }: AskedAt = {},
  ): OwnersPart {
    const now = this.#now();
    // A thousand facts may be of one person.
    const known = new Map<string, IndexKey[]>();
    const keys = people.map((one) => {
      const text = JSON.stringify(one);
      const own = known.get(text) ?? this.#keys(tenantId, knowableSpellings(one, options));
      known.set(text, own);
      return own;
    });
    const asked = new Map(keys.flat().map((key) => [key.id, key.bidx]));
    const nthOf = new Map([...asked.keys()].map((id, index) => [id, index + 1]));
    return {
      text: ownersText,
      values: [tenantId, [...asked.values()]],
      pick: (rows) => {
        const byNth = new Map(rows.map((row) => [row.nth, row]));
        // The strongest identity that is known says who it is.
        return keys.map((own, person) =>
          own
            .map(({ id }) => byNth.get(nthOf.get(id) ?? 0))
            .find((row) => row !== undefined && isOwner(row, at?.[person] ?? now)),
        );
      },
    };
  }

  #scopeOf(tenantId: string): IndexScope {
    return { tenantId, at: new Date(this.#now()) };
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
    const keys = people.map((one) => this.#keys(tenantId, identitySpellings(one, options)));
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      // A known row is held until commit, so that an erasure cannot delete it under our feet.
      const owners = await holdOwners(tx, this.#scopeOf(tenantId), keys.flat());
      const rows: IndexRow[] = [];
      const registrations = keys.map((own) => assign(own, owners, rows));
      if (await insertRows(tx, this.#scopeOf(tenantId), rows)) return registrations;
    }
    throw new Error(contended);
  }

  /** Adds identities to a known contact and says which kinds were new. One that is another contact's stays theirs. */
  async add(
    tx: Queryable,
    { tenantId, subject: contactId }: Subject,
    identities: Identities,
  ): Promise<IdentityKind[]> {
    const keys = this.#keys(tenantId, knowableSpellings(identities));
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const owners = await holdOwners(tx, this.#scopeOf(tenantId), keys);
      const rows = keys.filter(({ id }) => !owners.has(id)).map((key) => ({ ...key, contactId }));
      if (!(await insertRows(tx, this.#scopeOf(tenantId), rows))) continue;
      const taken = new Set(keys.filter(({ id }) => owners.has(id)).map(({ kind }) => kind));
      return [...new Set(rows.map(({ kind }) => kind))].filter((kind) => !taken.has(kind));
    }
    throw new Error(contended);
  }

  /** Ends some identities of a contact, e.g. a number that will be somebody else's; the first end stands. */
  async end(
    tx: Queryable,
    { tenantId, subject: contactId }: Subject,
    { identities, until, replaced }: Ending,
  ): Promise<void> {
    const keys = this.#keys(tenantId, knowableSpellings(identities));
    const kept = this.#keys(tenantId, knowableSpellings(replaced?.by ?? {}));
    await tx.query(
      `UPDATE vault.identities SET until = least(until, $4)
       WHERE tenant_id = $1 AND contact_id = $2
         AND (bidx = ANY ($3::bytea[]) OR kind = $5 AND bidx <> ALL ($6::bytea[]))`,
      [
        tenantId,
        contactId,
        keys.map(({ bidx }) => bidx),
        until,
        replaced?.kind,
        kept.map(({ bidx }) => bidx),
      ],
    );
  }

  /** Kinds of identities of a contact that have no end; its rows are held, so that two who ask do so one by one. */
  async kindsOf(
    tx: Queryable,
    { tenantId, subject: contactId }: Subject,
  ): Promise<ReadonlySet<IdentityKind>> {
    const rows = await tx.query<{ kind: IdentityKind }>(
      `SELECT kind FROM vault.identities
       WHERE tenant_id = $1 AND contact_id = $2 AND until IS NULL ORDER BY bidx FOR NO KEY UPDATE`,
      [tenantId, contactId],
    );
    return new Set(rows.map(({ kind }) => kind));
  }

  async knows(tenantId: string, contactId: string): Promise<boolean> {
    const rows = await this.#queryable.query(
      'SELECT 1 FROM vault.identities WHERE tenant_id = $1 AND contact_id = $2 LIMIT 1',
      [tenantId, contactId],
    );
    return rows.length > 0;
  }

  /** The same for many. */
  async knownAmong(tenantId: string, contactIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#queryable.query<{ contactId: string }>(
      `SELECT DISTINCT contact_id AS "contactId" FROM vault.identities
       WHERE tenant_id = $1 AND contact_id = ANY ($2::text[])`,
      [tenantId, contactIds],
    );
    return new Set(rows.map(({ contactId }) => contactId));
  }

  /** Cuts a contact id off from every identity. */
  forget(tenantId: string, contactId: string): Promise<void> {
    return deleteRows(this.#queryable, tenantId, contactId);
  }

  #keys(tenantId: string, identities: Spellings): IndexKey[] {
    return precedence.flatMap((kind) =>
      (identities[kind] ?? []).map((spelling) => {
        const hmac = createHmac('sha256', this.#key).update(`${tenantId}|${kind}|${spelling}`);
        const id = hmac.digest('base64');
        return { kind, bidx: Buffer.from(id, 'base64'), id };
      }),
    );
  }
}

const isOwner = ({ until }: OwnerRow, at: number): boolean =>
  until === null || until.getTime() >= at;

/** Decides one person and notes the rows to add in `owners`, so that a later copy in the batch finds them. */
const assign = (
  keys: readonly IndexKey[],
  owners: Map<string, string>,
  rows: IndexRow[],
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
