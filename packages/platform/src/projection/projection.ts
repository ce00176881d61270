import type { EventStore } from '../event-store/event-store.ts';
import type { Page, ProjectedEvent } from '../event-store/events.ts';
import type { Waiter } from '../event-store/wake-up.ts';
import type { Queryable } from '../postgres/queryable.ts';

/** True while a read model is built anew: the rows are wanted, mails and calls are not. */
export type ProjectionContext = { readonly rebuilding: boolean };

/** Folds events into rows. Rows must depend on the events alone: no clock, no random, so that a rebuild agrees. */
export type Projection<Event extends { position: number } = ProjectedEvent> = {
  readonly name: string;
  /** Raised when the meaning of the rows changes: the old rows stay until a rebuild swaps them. */
  readonly version: number;
  /** Called with 1 to 2,000 events in order (25,000 in a rebuild), inside the transaction that moves the checkpoint. */
  handle(tx: Queryable, events: readonly Event[], context: ProjectionContext): Promise<void>;
};

/** Whatever hands out events in the order of positions, never passing one that is not certain. */
export type EventSource<Event extends { position: number } = ProjectedEvent> = {
  read(page: Page): Promise<{ readonly events: readonly Event[]; readonly next: number }>;
  head(): Promise<number>;
  waiter(): Pick<Waiter, 'next' | 'close'>;
};

/** The service's own events as a source. */
export function sourceOf(store: EventStore): EventSource {
  return {
    read: (page) => store.readProjected(page),
    head: () => store.head(),
    waiter: () => store.wakeUp.waiter(),
  };
}
