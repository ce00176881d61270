import type { IdentityKind } from '@tact/contracts';
import type { IndexKey } from './identity-key.ts';

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
export type IndexRow = IndexKey & { readonly contactId: string; readonly teller: string | null };
/** A row whose time is over, or, with `teller`, one of which is known by now who tells it. */
export type ChangedRow = HeldRow & { readonly ends: boolean };

type RowName = Pick<HeldRow, 'id' | 'contactId'>;
const isSameRow = (one: RowName, other: RowName): boolean =>
  one.id === other.id && one.contactId === other.contactId;

/** What is known of the people of a batch, and what each decision changes of it for the next. */
export class KnownIdentities {
  readonly #owners = new Map<string, Set<string>>();
  readonly #held = new Map<string, HeldRow[]>();
  #added: IndexRow[] = [];
  readonly #changed = new Map<string, ChangedRow>();

  /** `owners`: whose identities of the batch are; `held`: what else these people have. */
  constructor(
    owners: readonly { readonly id: string; readonly contactId: string }[],
    held: readonly HeldRow[],
  ) {
    for (const { id, contactId } of owners) this.#own(id).add(contactId);
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
    this.#added.push({ ...key, contactId, teller });
  }

  end(row: HeldRow): void {
    this.#owners.get(row.id)?.delete(row.contactId);
    this.#replace(row, []);
    const others = this.#added.filter((one) => !isSameRow(one, row));
    // What was given by an earlier row of the batch is not written at all.
    if (others.length === this.#added.length) this.#change({ ...row, ends: true });
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
