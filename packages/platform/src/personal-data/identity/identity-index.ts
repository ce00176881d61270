import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { formatShortId, type Identities, type IdentityKind } from '@tact/contracts';
import type { Queryable } from '../../postgres/queryable.ts';
import type { Subject } from '../keys/subject-keys.ts';
import {
  bareSpellings,
  type CanonicalOptions,
  identitySpellings,
  knowableSpellings,
} from './canonical-identity.ts';
import { keysOf, tellerOf } from './identity-key.ts';
import { deleteRows, heldRows, holdOwners, type IndexScope, writeRows } from './identity-rows.ts';
import {
  type ContactsPage,
  contactsWithSeveral,
  everybodyWith,
  type SeveralRows,
  sharersOf,
} from './identity-sharers.ts';
import { isStrong } from './identity-strength.ts';
import { KnownIdentities } from './known-identities.ts';
import { type AskedAt, type OwnerRow, type OwnersPart, ownersPart } from './owners-part.ts';
import {
  type ConflictDecision,
  decideRegistration,
  type Registration,
} from './registration-rule.ts';

/** What a contact gives up at an instant: these identities, and all of a kind but those they are replaced by. */
export type Ending = {
  readonly identities: Identities;
  readonly replaced?: { readonly kind: IdentityKind; readonly by: Identities };
  readonly until: Date;
};

/** What stands for an identity. */
export type Indexed = { readonly kind: IdentityKind; readonly bidx: Buffer };

export type RegisterOptions = CanonicalOptions & {
  /** What a person decided on the conflict that these identities were in. */
  readonly decided?: ConflictDecision | undefined;
  /** A person wrote it, and no record of a connection tells it: nothing that stands ends by it. */
  readonly isTyped?: boolean | undefined;
};

/** Who tells what is learned from a webhook. */
const provider = 'whatsapp';

const ATTEMPTS_MAX = 20;
/** 96 bits, as many as nobody guesses; an id stands in more than a hundred rows and index entries of a person. */
const CONTACT_ID_BYTES = 12;
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
    return owners.pick(await this.#ownersOf(owners)).map((row) => row?.contactId);
  }

  /** Everybody who has one of the identities of a person, of an identity that many share some of them. */
  async ownersMany(
    tenantId: string,
    people: readonly Identities[],
    options: AskedAt = {},
  ): Promise<string[][]> {
    const owners = this.ownersPart(tenantId, people, options);
    const found = owners.pickAll(await this.#ownersOf(owners));
    return found.map((rows) => rows.map(({ contactId }) => contactId));
  }

  async everybodyMany(
    tenantId: string,
    people: readonly Identities[],
    options: CanonicalOptions = {},
  ): Promise<string[][]> {
    const asked = people.flatMap((one, nth) =>
      keysOf(this.#key, tenantId, knowableSpellings(one, options)).map(({ bidx }) => ({
        nth,
        bidx,
      })),
    );
    const found = await everybodyWith(this.#queryable, tenantId, asked);
    return people.map((_, nth) => [...new Set(found.get(nth) ?? [])]);
  }

  contactsWithSeveral(page: ContactsPage): Promise<SeveralRows[]> {
    return contactsWithSeveral(this.#queryable, page);
  }

  sharersOf(
    tenantId: string,
    contactIds: readonly string[],
    kind: IdentityKind,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    return sharersOf(this.#queryable, { tenantId, contactIds, kind });
  }

  ownersPart(tenantId: string, people: readonly Identities[], options: AskedAt = {}): OwnersPart {
    return ownersPart({ key: this.#key, tenantId, now: this.#now() }, people, options);
  }

  #ownersOf({ text, values }: OwnersPart) {
    return this.#queryable.query<OwnerRow & { contactId: string }>(
      `SELECT nth, until, since, contact_id AS "contactId" FROM (${text}) AS asked`,
      values,
      'identity_owners',
    );
  }

  #scopeOf(tenantId: string): IndexScope {
    return { tenantId, at: new Date(this.#now()) };
  }

  /** `registerMany` for one person. */
  async register(
    tx: Queryable,
    tenantId: string,
    identities: Identities,
    options: RegisterOptions = {},
  ): Promise<Registration> {
    const [registration] = await this.registerMany(tx, tenantId, [identities], options);
    if (!registration) throw new Error('registerMany answered nothing for one person');
    return registration;
  }

  /**
   * Finds each person by what is theirs alone, or draws a new contact id, and adds what was not known. Runs in
   * the caller's READ COMMITTED transaction; racing registrations of one person get one id. Throws
   * `InvalidIdentity` before anything is written.
   */
  async registerMany(
    tx: Queryable,
    tenantId: string,
    people: readonly Identities[],
    { decided, isTyped = false, ...options }: RegisterOptions = {},
  ): Promise<Registration[]> {
    const asked = people.map((one) => {
      const keys = keysOf(this.#key, tenantId, identitySpellings(one, options));
      const bare = keysOf(this.#key, tenantId, bareSpellings(one, options));
      return {
        keys,
        looked: [...keys, ...bare],
        bare: bare[0]?.id,
        teller: isTyped ? undefined : tellerOf(one),
        decided,
      };
    });
    const keys = asked.flatMap((one) => one.looked);
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      // A known row is held until commit, so that an erasure cannot delete it under our feet.
      const scope = this.#scopeOf(tenantId);
      const owners = await holdOwners(tx, scope, keys);
      const present = owners.filter(({ until }) => until === null);
      const contactIds = present.map(({ contactId }) => contactId);
      const held = await heldRows(tx, tenantId, contactIds);
      const known = new KnownIdentities(owners, held, scope.at);
      const registrations = asked.map((one) => decideRegistration(one, known, newContactId));
      if (await writeRows(tx, scope, known.changes)) return registrations;
    }
    throw new Error(contended);
  }

  /** Adds identities to a known contact and says which kinds were new. A strong one of another contact's stays theirs. */
  async add(
    tx: Queryable,
    { tenantId, subject: contactId }: Subject,
    identities: Identities,
  ): Promise<IdentityKind[]> {
    const keys = keysOf(this.#key, tenantId, knowableSpellings(identities));
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const scope = this.#scopeOf(tenantId);
      const owners = await holdOwners(tx, scope, keys);
      const held = await heldRows(tx, tenantId, [contactId]);
      const known = new KnownIdentities(owners, held, scope.at);
      const own = new Set(held.map(({ id }) => id));
      const isFree = ({ id, kind }: (typeof keys)[number]) =>
        !own.has(id) && (!isStrong(kind) || known.ownersOf(id).length === 0);
      const fresh = keys.filter(isFree);
      for (const key of fresh) known.give(contactId, key, provider);
      if (!(await writeRows(tx, scope, known.changes))) continue;
      const taken = new Set(keys.filter((key) => !fresh.includes(key)).map(({ kind }) => kind));
      return [...new Set(fresh.map(({ kind }) => kind))].filter((kind) => !taken.has(kind));
    }
    throw new Error(contended);
  }

  /** Ends some identities of a contact, e.g. a number that will be somebody else's; the first end stands. */
  async end(
    tx: Queryable,
    { tenantId, subject: contactId }: Subject,
    { identities, until, replaced }: Ending,
  ): Promise<void> {
    const bidxOf = (some: Identities) =>
      keysOf(this.#key, tenantId, knowableSpellings(some)).map(({ bidx }) => bidx);
    await tx.query(
      `UPDATE vault.identities SET until = least(until, $4)
       WHERE tenant_id = $1 AND contact_id = $2
         AND (bidx = ANY ($3::bytea[]) OR kind = $5 AND bidx <> ALL ($6::bytea[]))
         AND (since IS NULL OR since <= $4)`,
      [tenantId, contactId, bidxOf(identities), until, replaced?.kind, bidxOf(replaced?.by ?? {})],
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

  /** Those of these ids that have an identity. */
  async knownAmong(tenantId: string, contactIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#queryable.query<{ contactId: string }>(
      `SELECT DISTINCT contact_id AS "contactId" FROM vault.identities
       WHERE tenant_id = $1 AND contact_id = ANY ($2::text[])`,
      [tenantId, contactIds],
    );
    return new Set(rows.map(({ contactId }) => contactId));
  }

  /** What stands for identities in the index, in every spelling. */
  fingerprintsOf(tenantId: string, identities: Identities): readonly Buffer[] {
    return keysOf(this.#key, tenantId, knowableSpellings(identities)).map(({ bidx }) => bidx);
  }

  /** The same with their kinds. */
  indexedOf(tenantId: string, identities: Identities): readonly Indexed[] {
    return keysOf(this.#key, tenantId, knowableSpellings(identities));
  }

  /** What stands for the identities that contacts have, as the caller's transaction sees it. */
  heldBy(tx: Queryable, tenantId: string, contactIds: readonly string[]): Promise<Indexed[]> {
    return tx.query(
      `SELECT kind, bidx FROM vault.identities
       WHERE tenant_id = $1 AND contact_id = ANY ($2::text[]) AND until IS NULL ORDER BY bidx`,
      [tenantId, [...contactIds]],
    );
  }

  /** Cuts a contact id off from every identity. */
  forget(tenantId: string, contactId: string): Promise<void> {
    return deleteRows(this.#queryable, tenantId, contactId);
  }
}

const newContactId = (): string => formatShortId('contact', randomBytes(CONTACT_ID_BYTES));
