import { HOUR_MS, type IdentityKind } from '@tact/contracts';
import type { IndexKey } from './identity-key.ts';
import { isStrong } from './identity-strength.ts';

/** An identity that is a contact's at present. */
export type HeldRow = {
  readonly contactId: string;
  readonly kind: IdentityKind;
  readonly slot: string;
  /** `IndexKey.id`. */
  readonly id: string;
  /** The connection that told it; null where nobody knows any more. */
  readonly teller: string | null;
};
type RowName = Pick<HeldRow, 'id' | 'contactId'>;
export type IndexRow = IndexKey & {
  readonly contactId: string;
  readonly teller: string | null;
  /** Somebody else had it until then, and is asked for what happened before. */
  readonly since: Date | null;
};
/** Whose an identity is, or was until then. */
export type Owned = RowName & { readonly until: Date | null };
/** A row whose time is over, or, with `teller`, one of which is known by now who tells it. */
export type ChangedRow = HeldRow & { readonly ends: boolean };

const hourOf = (at: Date): Date => new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS);

const isSameRow = (one: RowName, other: RowName): boolean =>
  one.id === other.id && one.contactId === other.contactId;

/** What is known of the people of a batch, and what each decision changes of it for the next. */
export class KnownIdentities {
  readonly #owners = new Map<string, Set<string>>();
  readonly #held = new Map<string, HeldRow[]>();
  #added: IndexRow[] = [];
  readonly #changed = new Map<string, ChangedRow>();
  /** When the latest former owner gave an identity up. */
  readonly #givenUp = new Map<string, Date>();

  /** `owners`: whose identities of the batch are and were; `held`: what else these people have; `at`: the present. */
  constructor(
    owners: readonly Owned[],
    held: readonly HeldRow[],
    private readonly at: Date,
  ) {
    for (const { id, contactId, until } of owners) {
      if (until === null) this.#own(id).add(contactId);
      else this.#noteEnd(id, until);
    }
    for (const row of held) this.#heldBy(row.contactId).push(row);
  }

  /** To be written: what ends before what begins, because an identity may pass from one to the other. */
  get changes(): { readonly added: readonly IndexRow[]; readonly changed: readonly ChangedRow[] } {
    return { added: this.#added, changed: [...this.#changed.values()] };
  }

  ownersOf(id: string): readonly string[] {
    return [...(this.#owners.get(id) ?? [])];
  }

  heldBy(contactId: string): readonly HeldRow[] {
    return this.#held.get(contactId) ?? [];
  }

  give(contactId: string, key: IndexKey, teller: string | null): void {
    this.#own(key.id).add(contactId);
    const { kind, slot, id } = key;
    this.#heldBy(contactId).push({ contactId, kind, slot, id, teller });
    const since = isStrong(kind) ? (this.#givenUp.get(id) ?? null) : null;
    this.#added.push({ ...key, contactId, teller, since });
  }

  end(row: HeldRow): void {
    this.#owners.get(row.id)?.delete(row.contactId);
    this.#replace(row, []);
    const others = this.#added.filter((one) => !isSameRow(one, row));
    // What was given by an earlier row of the batch is not written at all.
    if (others.length === this.#added.length) {
      this.#change({ ...row, ends: true });
      this.#noteEnd(row.id, this.at);
    }
    this.#added = others;
  }

  /** From now on it is known who tells an identity. */
  claim(row: HeldRow, teller: string): void {
    const claimed = { ...row, teller };
    this.#replace(row, [claimed]);
    if (!this.#added.some((one) => isSameRow(one, row))) {
      this.#change({ ...claimed, ends: false });
    }
    this.#added = this.#added.map((one) => (isSameRow(one, row) ? { ...one, teller } : one));
  }

  /**
   * Of an end that lies ahead, e.g. of the hour that is kept, the next owner need not wait. That one begins with the hour:
   * the exact instant would say when the former owner wrote.
   */
  #noteEnd(id: string, until: Date): void {
    const known = this.#givenUp.get(id);
    const end = until > this.at ? hourOf(this.at) : until;
    if (known === undefined || known < end) this.#givenUp.set(id, end);
  }

  #change(row: ChangedRow): void {
    this.#changed.set(`${row.contactId} ${row.id}`, row);
  }

  #replace(row: HeldRow, by: readonly HeldRow[]): void {
    const others = this.heldBy(row.contactId).filter(({ id }) => id !== row.id);
    this.#held.set(row.contactId, [...others, ...by]);
  }

  #own(id: string): Set<string> {
    const owners = this.#owners.get(id) ?? new Set();
    this.#owners.set(id, owners);
    return owners;
  }

  #heldBy(contactId: string): HeldRow[] {
    const held = this.#held.get(contactId) ?? [];
    this.#held.set(contactId, held);
    return held;
  }
}
