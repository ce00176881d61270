import type { EventStore } from '../event-store/event-store.ts';
import type { Page, ProjectedEvent } from '../event-store/events.ts';
import { eventSubject } from '../event-store/wake-up.ts';
import type { Queryable } from '../postgres/queryable.ts';

/** True while a read model is built anew: the rows are wanted, mails and calls are not. */
export type ProjectionContext = { readonly rebuilding: boolean };

/** Keeps in memory what events come to, so that many of them are one write of each row and none of them is kept. */
export type Fold<Event> = {
  add(events: readonly Event[]): void;
  /** Called once, inside a transaction, with the effect `handle` would have had on the events added. */
  write(tx: Queryable): Promise<void>;
};

/**
 * Folds events into rows; it is given the types it declares, and no other. Rows must depend on the events alone: no
 * clock, no random, so that a rebuild agrees.
 */
export type Projection<Type extends string = string> = {
  readonly name: string;
  /** Raised when the meaning of the rows changes: the old rows answer until those of a rebuild are swapped in. */
  readonly version: number;
  readonly types: readonly Type[];
  /** The tables it writes, by the unqualified names it writes them under: a rebuild makes them anew, and swaps them. */
  readonly tables: readonly string[];
  /** Milliseconds to rest, at most, after a batch that was not full, where nobody waits for the rows: few batches cost less than many. */
  readonly restMs?: number;
  /** Called with 1 to 2,000 events in order (some 25,000 in a rebuild), inside the transaction that moves the checkpoint. */
  handle(
    tx: Queryable,
    events: readonly ProjectedEvent<Type>[],
    context: ProjectionContext,
  ): Promise<void>;
  /** Optional: a rebuild folds some 100,000 events by it before it writes, and keeps none of them. */
  fold?(): Fold<ProjectedEvent<Type>>;
  /**
   * Where others forget or mark rows, which no event tells: brings that over from the live tables into the built ones.
   * Called in a rebuild's last transaction, when both hold the same events; `live` and `built` are names of schemas.
   */
  carryOver?(tx: Queryable, schemas: BuiltBeside): Promise<void>;
};

/** Two schemas that hold tables of the same names. */
export type BuiltBeside = { readonly live: string; readonly built: string };

/** The events of the types a projection declares. */
export const handledBy = (
  { types }: Pick<Projection, 'types'>,
  events: readonly ProjectedEvent[],
): readonly ProjectedEvent[] => events.filter(({ type }) => types.includes(type));

/** The projection's fold, or one that gathers events for `handle`; of any events, it takes the wanted ones. */
export const foldOf = (projection: Projection): Fold<ProjectedEvent> => {
  const own = projection.fold?.();
  if (own !== undefined) {
    return {
      add: (events) => own.add(handledBy(projection, events)),
      write: (tx) => own.write(tx),
    };
  }
  const gathered: ProjectedEvent[] = [];
  return {
    add: (events) => {
      for (const event of handledBy(projection, events)) gathered.push(event);
    },
    write: async (tx) => {
      if (gathered.length > 0) await projection.handle(tx, gathered, { rebuilding: true });
    },
  };
};

/** Whatever hands out events in the order of positions, never passing one that is not certain. */
export type EventSource<Event extends { position: number } = ProjectedEvent> = {
  read(page: Page): Promise<{ readonly events: readonly Event[]; readonly next: number }>;
  head(): Promise<number>;
  waiter(): { next(signal?: AbortSignal): Promise<unknown>; close(): void };
};

/** The service's own events as a source. */
export const sourceOf = (store: EventStore): EventSource => {
  return {
    read: (page) => store.readProjected(page),
    head: () => store.head(),
    waiter: () => store.wakeUp.waiter([eventSubject]),
  };
};
