import { urgentTypes } from '@tact/contracts';
import type { Queryable } from '../postgres/queryable.ts';
import type { PreparedAppend } from './prepare.ts';
import { eventSubject, urgentSubject } from './wake-up.ts';

const isUrgent = new Set(urgentTypes);

/** Who is to be woken by appends: the reader of what is urgent only where there is something for it. */
export const subjectsOf = (appends: readonly PreparedAppend[]): readonly string[] =>
  appends.some(({ events }) => events.some(({ type }) => isUrgent.has(type)))
    ? [eventSubject, urgentSubject]
    : [eventSubject];

/** What was appended through transactions that are not committed yet. */
export class AppendSubjects {
  readonly #byTransaction = new WeakMap<Queryable, ReadonlySet<string>>();

  add(tx: Queryable, appends: readonly PreparedAppend[]): void {
    const known = this.#byTransaction.get(tx) ?? [];
    this.#byTransaction.set(tx, new Set([...known, ...subjectsOf(appends)]));
  }

  of(tx: Queryable): readonly string[] {
    return [...(this.#byTransaction.get(tx) ?? [])];
  }
}
