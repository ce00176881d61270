import type { IdentityKind } from '@tact/contracts';
import type { IndexKey } from './identity-key.ts';
import { isOfRecords, isStrong, namingOrder } from './identity-strength.ts';
import type { HeldRow, KnownIdentities } from './known-identities.ts';

export type Registered = {
  readonly contactId: string;
  /** No identity was known before: this is a new life of the contact id. */
  readonly created: boolean;
  /** Kinds the index did not know for this contact. */
  readonly added: readonly IdentityKind[];
  /** Those of them that took the place of another one, which ended. */
  readonly moved: readonly IdentityKind[];
  /** Of a new contact: others who have one of its weak identities, and may be the same person. */
  readonly candidates: readonly string[];
  /** Other contacts that something of it was taken from, as a person decided. */
  readonly losers: readonly string[];
};

/**
 * Why identities cannot all be one contact's. `owned-by-another`: a strong one is somebody else's; `another-record`: the
 * contact has another record of that connection; `another-value`: it has another value, told by another connection.
 */
export type ConflictCause = 'owned-by-another' | 'another-record' | 'another-value';
/**
 * Nothing was written. The contacts whose identities are claimed, and last the one that the row is about. `ambiguous`: weak
 * identities alone, which several contacts have, say nobody.
 */
export type IdentityConflict = Claimed & {
  /** Of its strong kinds those that are nobody's. */
  readonly unowned: readonly IdentityKind[];
};
type Claimed = {
  readonly conflict: ConflictCause | 'ambiguous';
  readonly contacts: readonly string[];
};
export type Registration = Registered | IdentityConflict;

/** What a person decided on a conflict: both are one and keep what they have, or what is claimed passes on. */
export type ConflictDecision = 'same-person' | 'moved-to-second';

export type Registering = {
  readonly keys: readonly IndexKey[];
  /** The connection whose record tells of the person. */
  readonly teller?: string | undefined;
  readonly decided?: ConflictDecision | undefined;
  /** The same id without its connection, as earlier versions kept it. */
  readonly bare?: string | undefined;
};

type Change = { readonly ends: readonly HeldRow[]; readonly adds: readonly IndexKey[] };
type SlotChange = Change & { readonly slot: Slot };
type Slot = { readonly kind: IdentityKind; readonly keys: readonly IndexKey[] };

const slotsOf = (keys: readonly IndexKey[]): readonly Slot[] =>
  [...Map.groupBy(keys, ({ slot }) => slot).values()].flatMap((own) =>
    own[0] === undefined ? [] : [{ kind: own[0].kind, keys: own }],
  );

const isRecord = (kind: IdentityKind): boolean => kind === 'link' || kind === 'crmId';

const connectionsOf = (held: readonly HeldRow[]): ReadonlySet<string | undefined> =>
  new Set(held.flatMap(({ kind, slot }) => (isRecord(kind) ? [slot.split('/')[0]] : [])));

/** Whom the strongest name that a row has for its person says; undefined where that is nobody's yet. */
const namedBy = (keys: readonly IndexKey[], known: KnownIdentities): string | undefined => {
  const naming = namingOrder.find((kind) => keys.some((key) => key.kind === kind));
  const [owner] = keys.flatMap(({ kind, id }) => (kind === naming ? known.ownersOf(id) : []));
  return owner;
};

/** The registration of one person, decided on what is known; what it changes is noted there for the next. */
class OneRegistration {
  constructor(
    private readonly person: Registering,
    private readonly known: KnownIdentities,
    private readonly contactId: string | undefined,
  ) {}

  /** Nothing is changed where one of the slots is in conflict. */
  changes(): readonly SlotChange[] | ConflictCause {
    const changes = [];
    for (const slot of slotsOf(this.person.keys)) {
      const change = this.#changeOf(slot);
      if (typeof change === 'string') return change;
      changes.push({ ...change, slot });
    }
    return changes;
  }

  #changeOf({ kind, keys }: Slot): Change | ConflictCause {
    const held = this.#held.filter(({ slot }) => slot === keys[0]?.slot);
    const own = new Set(held.map(({ id }) => id));
    const adds = keys.filter(({ id }) => !own.has(id));
    const claimed = isStrong(kind) ? this.#heldByOthers(keys) : [];
    // Another spelling of what the contact has, or the first of its kind.
    const isSame = adds.length < keys.length || held.length === 0;
    const ends = isSame || kind === 'parentBsuid' ? [] : this.#endsOf(kind, held);
    return typeof ends === 'string' ? ends : { ends: [...claimed, ...ends], adds };
  }

  /** What ends when the contact has another value of the kind from now on, or why it cannot. */
  #endsOf(kind: IdentityKind, held: readonly HeldRow[]): readonly HeldRow[] | ConflictCause {
    const { teller, decided } = this.person;
    if (decided === 'same-person') return [];
    if (decided === 'moved-to-second') return isStrong(kind) ? held : [];
    if (isRecord(kind)) return 'another-record';
    if (kind === 'email') return this.#endsOfEmail(held);
    const isReported = kind === 'phone' && teller !== undefined && this.#isOwnRecord;
    return isReported && held.every((row) => this.#isReportedBy(teller, row))
      ? held
      : 'another-value';
  }

  /** An address that no record told stays beside the record's. */
  #endsOfEmail(held: readonly HeldRow[]): readonly HeldRow[] | ConflictCause {
    const { teller } = this.person;
    if (teller === undefined || !this.#isOwnRecord) return [];
    const isOthers = held.some((row) => row.teller !== null && row.teller !== teller);
    return isOthers ? 'another-value' : held.filter((row) => row.teller === teller);
  }

  /** The row is told by a record that is the contact's already. */
  get #isOwnRecord(): boolean {
    return this.person.keys.some(
      ({ kind, id }) => isRecord(kind) && this.#held.some((row) => row.id === id),
    );
  }

  /** Of what was told before tellers were kept, the contact's only connection was the teller. */
  #isReportedBy(teller: string, row: HeldRow): boolean {
    if (row.teller !== null) return row.teller === teller;
    const connections = connectionsOf(this.#held);
    return connections.size === 1 && connections.has(teller);
  }

  #heldByOthers(keys: readonly IndexKey[]): readonly HeldRow[] {
    return keys.flatMap(({ id }) =>
      this.known
        .ownersOf(id)
        .filter((owner) => owner !== this.contactId)
        .flatMap((owner) => this.known.heldBy(owner).filter((row) => row.id === id)),
    );
  }

  get #held(): readonly HeldRow[] {
    return this.contactId === undefined ? [] : this.known.heldBy(this.contactId);
  }
}

/** Of what nobody knows whose record says it, the first to say the same is the teller. */
const claimReported = (
  contactId: string,
  { keys, teller }: Registering,
  known: KnownIdentities,
) => {
  if (teller === undefined) return;
  const reported = new Set(keys.map(({ id }) => id));
  for (const row of known.heldBy(contactId)) {
    const isUnclaimed = isOfRecords(row.kind) && row.teller === null;
    if (isUnclaimed && reported.has(row.id)) known.claim(row, teller);
  }
};

const weakOwners = (keys: readonly IndexKey[], known: KnownIdentities): readonly string[] => [
  ...new Set(keys.flatMap(({ kind, id }) => (isStrong(kind) ? [] : known.ownersOf(id)))),
];

/**
 * Earlier versions kept the ids of all CRMs as one kind, so an id alone may be another CRM's: it is the person's who has the
 * row's address as well, and no record of its connection yet.
 */
const bareOwnerOf = ({ keys, bare }: Registering, known: KnownIdentities): string | undefined => {
  const [owner] = bare === undefined ? [] : known.ownersOf(bare);
  if (owner === undefined) return undefined;
  const held = known.heldBy(owner);
  const has = (key: IndexKey) => held.some(({ id }) => id === key.id);
  const isLinked = keys.some(
    ({ kind, slot }) => kind === 'link' && held.some((row) => row.slot === slot),
  );
  return !isLinked && keys.some((key) => !isStrong(key.kind) && has(key)) ? owner : undefined;
};

/** Whose a registration is: nobody's yet, one contact's, or why that cannot be said. */
const ownerOf = (
  person: Registering,
  known: KnownIdentities,
): { readonly contactId: string | undefined } | Claimed => {
  const { keys, decided } = person;
  const strong = keys.filter(({ kind }) => isStrong(kind));
  if (strong.length === 0) {
    const emails = keys.filter(({ kind }) => kind === 'email');
    const owners = weakOwners(emails.length > 0 ? emails : keys, known);
    return owners.length > 1
      ? { conflict: 'ambiguous', contacts: owners }
      : { contactId: owners[0] };
  }
  const owners = [...new Set(strong.flatMap(({ id }) => known.ownersOf(id)))];
  const named = namedBy(strong, known);
  if (owners.length === 0) return { contactId: bareOwnerOf(person, known) };
  // Where several have what is claimed, the second is one of them: nobody is made anew of what was theirs.
  if (decided === 'moved-to-second') {
    return { contactId: named ?? (owners.length > 1 ? owners.at(-1) : undefined) };
  }
  if (owners.length === 1) return { contactId: owners[0] };
  return {
    conflict: 'owned-by-another',
    contacts: [
      ...owners.filter((owner) => owner !== named),
      ...(named === undefined ? [] : [named]),
    ],
  };
};

const unownedOf = (keys: readonly IndexKey[], known: KnownIdentities): readonly IdentityKind[] => {
  const owned = new Set(
    keys.flatMap(({ kind, id }) => (known.ownersOf(id).length > 0 ? [kind] : [])),
  );
  return [...new Set(keys.map(({ kind }) => kind))].filter(
    (kind) => isStrong(kind) && !owned.has(kind),
  );
};

/**
 * Finds whom a row is about by what is one person's alone, or makes them anew, and notes in `known` what begins and ends.
 * Never are two people joined: what cannot be one contact's is a conflict, and changes nothing.
 */
export const decideRegistration = (
  person: Registering,
  known: KnownIdentities,
  newContactId: () => string,
): Registration => {
  if (person.keys.length === 0) throw new Error('A person needs at least one identity.');
  const owner = ownerOf(person, known);
  const unowned = unownedOf(person.keys, known);
  if (!('contactId' in owner)) return { ...owner, unowned };
  const changes = new OneRegistration(person, known, owner.contactId).changes();
  const { contactId: owned } = owner;
  if (typeof changes === 'string') {
    return { conflict: changes, contacts: owned === undefined ? [] : [owned], unowned };
  }
  const contactId = owned ?? newContactId();
  const candidates = owned === undefined ? weakOwners(person.keys, known) : [];
  note(changes, known, { contactId, teller: person.teller ?? null });
  claimReported(contactId, person, known);
  return { contactId, created: owned === undefined, candidates, ...newsOf(contactId, changes) };
};

/** What one person's row changes is known to the next row. */
const note = (
  changes: readonly SlotChange[],
  known: KnownIdentities,
  { contactId, teller }: Pick<HeldRow, 'contactId' | 'teller'>,
): void => {
  for (const { ends, adds } of changes) {
    for (const row of ends) known.end(row);
    for (const key of adds) known.give(contactId, key, teller);
  }
};

/** What the changes come to for the contact, and for others. */
const newsOf = (
  contactId: string,
  changes: readonly SlotChange[],
): Pick<Registered, 'added' | 'moved' | 'losers'> => {
  const kindsOf = (some: readonly SlotChange[]) => [...new Set(some.map(({ slot }) => slot.kind))];
  const added = changes.filter(({ adds, slot }) => adds.length === slot.keys.length);
  const losers = changes.flatMap(({ ends }) => ends.map((row) => row.contactId));
  return {
    added: kindsOf(added),
    moved: kindsOf(added.filter(({ ends }) => ends.some((row) => row.contactId === contactId))),
    losers: [...new Set(losers)].filter((loser) => loser !== contactId),
  };
};
