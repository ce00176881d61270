import type { Pool } from 'pg';
import type { Queryable } from '../postgres/queryable.ts';
import type { AppendContext, Decider, NewEvent, Refused, Sealer } from './events.ts';
import { type EventRow, openEvents, type Reading, streamRows, streamRowsIn } from './rows.ts';
import type { Snapshots } from './snapshots.ts';
import { rowsUntilCommand, tailRowsIn } from './tail-rows.ts';
import { type BesideStream, type Decided, type Folded, foldRows } from './transact.ts';

/** One stream as its decider reads it: opened, and from its snapshot on where there is one. */
export class Streams {
  readonly #reading: Reading;
  readonly #sealer: Sealer | undefined;
  readonly #snapshots: Snapshots;

  constructor(options: { reading: Reading; sealer: Sealer | undefined; snapshots: Snapshots }) {
    this.#reading = options.reading;
    this.#sealer = options.sealer;
    this.#snapshots = options.snapshots;
  }

  async load(pool: Pool, stream: string): Promise<EventRow[]> {
    return await this.#opened(await streamRows(pool, this.#reading, stream));
  }

  /** Loads streams as they were after the last event of a command. */
  loadUntil(queryable: Queryable) {
    return async (stream: string, commandId: string): Promise<EventRow[]> =>
      await this.#opened(await rowsUntilCommand(queryable, this.#reading, { stream, commandId }));
  }

  async foldIn<State, Command, Event extends NewEvent>(
    tx: Queryable,
    decider: Decider<State, Command, Event>,
    of: { readonly stream: string; readonly beside?: readonly BesideStream<Event>[] },
  ): Promise<Folded<State>> {
    const { stream } = of;
    const key = this.#snapshots.keyOf(decider);
    if (key === undefined) return foldRows(decider, { ...of, rows: await this.#all(tx, stream) });
    const { snapshot, rows } = await tailRowsIn(tx, this.#reading, { ...key, stream });
    const base = snapshot && (await this.#snapshots.open<State>(key, stream, snapshot));
    const isWhole = snapshot === undefined || base !== undefined;
    return foldRows(decider, {
      ...of,
      rows: isWhole ? await this.#opened(rows) : await this.#all(tx, stream),
      base,
    });
  }

  /** After an append that rests on what was folded; see `Snapshots.keep`. */
  async keep<State, Command, Event extends NewEvent>(
    tx: Queryable,
    decider: Decider<State, Command, Event>,
    after: {
      readonly folded: Folded<State>;
      readonly decided: Decided<State, Event> | Refused;
      readonly context: AppendContext;
    },
  ): Promise<void> {
    const { decided } = after;
    const key = this.#snapshots.keyOf(decider);
    const hasAppended = 'events' in decided && decided.events.length > 0 && !decided.duplicate;
    if (key !== undefined && hasAppended) await this.#snapshots.keep(tx, key, after);
  }

  async #all(tx: Queryable, stream: string): Promise<EventRow[]> {
    return await this.#opened(await streamRowsIn(tx, this.#reading, stream));
  }

  async #opened(rows: readonly EventRow[]): Promise<EventRow[]> {
    const opened = await openEvents(
      rows.map(({ event }) => event),
      this.#sealer,
    );
    return opened.map((event, nth) => ({
      event,
      position: event.position,
      commandId: rows[nth]?.commandId ?? null,
    }));
  }
}
