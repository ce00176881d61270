import type { AtErasure, DeclaredStore } from '@tact/contracts';
import type { Queryable } from '../postgres/queryable.ts';

/** Whom an erasure is of: every id of one person, those that were merged and linked, and what was asked for under. */
export type ErasedPerson = {
  readonly tenantId: string;
  readonly contactIds: readonly string[];
  readonly requestIds: readonly string[];
  /** By the platform's clock. */
  readonly at: Date;
};

/** Ids that stand for the person as the subject of events, texts, tokens and mails. */
export const subjectsOf = ({ contactIds, requestIds }: ErasedPerson): readonly string[] => [
  ...contactIds,
  ...requestIds,
];

/** Takes a person out of one store. Both run in the caller's transaction, and again without an effect. */
export type Eraser = {
  /** How much was taken away. */
  erase(tx: Queryable, person: ErasedPerson): Promise<number>;
  /**
   * How much of the person is left, found by another way than `erase` finds it: what that one overlooks is what this one is
   * for.
   */
  count(tx: Queryable, person: ErasedPerson): Promise<number>;
};

type Words = Omit<DeclaredStore, 'atErasure'>;
type Reached = Extract<AtErasure, { does: 'delete' | 'stub' | 'blank' | 'destroy-keys' | 'evict' }>;

type Reaching = { readonly atErasure: Reached; readonly eraser: Eraser };

/**
 * One place that keeps something, declared once by the part that owns it. What an erasure reaches has an eraser, and
 * nothing else has: the types let neither be forgotten. A name without a schema is one of the service's own.
 */
export type Store = Words &
  (Reaching | { readonly atErasure: Exclude<AtErasure, Reached>; readonly eraser?: never });

export type ErasableStore = Words & Reaching;

/** Takes fenced contacts out of stores at once: of whoever is fenced nothing may be worked on meanwhile. */
export const eraseFenced = async (
  tx: Queryable,
  stores: readonly ErasableStore[],
  fenced: readonly { readonly tenantId: string; readonly contactId: string; readonly at: Date }[],
): Promise<void> => {
  for (const { tenantId, contactId, at } of fenced) {
    const person = { tenantId, contactIds: [contactId], requestIds: [], at };
    for (const { eraser } of stores) await eraser.erase(tx, person);
  }
};
