import { type EventSchemas, eventSchemas, urgentTypes } from '@tact/contracts';
import type { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { appendAll, type AppendRow, runTwice } from './append-rows.ts';
import { asCurrent } from './as-current.ts';
import type {
  AppendResult,
  Decider,
  NewEvent,
  Page,
  ProjectedEvent,
  Refused,
  Sealer,
  StoredEvent,
  StreamAppend,
  TextSealer,
  WrittenEvent,
} from './events.ts';
import { GroupCommitQueue } from './group-commit-queue.ts';
import { type Preparation, type PreparedAppend, type PreparedAppends, prepare } from './prepare.ts';
import { HoleAwareReader } from './reader.ts';
import {
  markErased,
  openEvents,
  pageRows,
  type Reading,
  slimRows,
  writtenRows,
  writtenRowsOf,
} from './rows.ts';
import { type SnapshotOptions, Snapshots } from './snapshots.ts';
import { type SomeOfStream, someRows, subjectsOf } from './some-rows.ts';
import { Streams } from './streams.ts';
import {
  type BesideStream,
  type Decided,
  decideOn,
  type Folded,
  transact,
  type TransactOptions,
} from './transact.ts';
import { eventSubject, lastWritten, urgentSubject, WakeUp } from './wake-up.ts';

export type EventStoreOptions = {
  readonly database: Database;
  /** The service that records: `ingestion`. The schema's name when absent. */
  readonly source?: string;
  readonly sealer?: Sealer;
  /** Seals snapshots of what is about a person; without it none of these are kept. */
  readonly texts?: TextSealer;
  readonly onSnapshot?: SnapshotOptions['onOutcome'];
  /** The version each type is written in, and how older ones are read; the contracts' when absent. */
  readonly schemas?: EventSchemas;
  /** The time of events that name none; the system's clock when absent. */
  readonly now?: () => Date;
  /** Group-commit connections, 1 or 2. */
  readonly commitQueues?: number;
};

/** The relay and the projections of this process hear of an append at once; only twins of the service wait for this. */
const NOTIFY_EVERY_MS = 50;
/** What the readers' wake-up asks for. */

const isUrgent = new Set(urgentTypes);

const commitLimits = { waitingMax: 20_000, appendsPerCommitMax: 256, eventsPerCommitMax: 2_000 };

/** The service's events: the only way to append them, and to read them back in order. */
export class EventStore {
  readonly wakeUp: WakeUp;
  readonly #database: Database;
  readonly #reading: Reading;
  readonly #sealer: Sealer | undefined;
  readonly #preparation: Preparation;
  readonly #streams: Streams;
  readonly #commitQueues: readonly GroupCommitQueue[];
  readonly #reader: HoleAwareReader;
  /** Functions of its own, so that a transaction of many appends wakes them once. */
  readonly #wakeReaders = (): void => this.wakeUp.signal([eventSubject]);
  readonly #wakeAll = (): void => this.wakeUp.signal([eventSubject, urgentSubject]);

  constructor(options: EventStoreOptions) {
    const { database, sealer, schemas = eventSchemas, source = database.schema } = options;
    const schemaVersionOf = (type: string) => schemas.versionOf(type) ?? 1;
    this.#database = database;
    this.#reading = { source, asCurrent: asCurrent(schemas) };
    this.#sealer = sealer;
    const { texts, onSnapshot: onOutcome } = options;
    const snapshots = new Snapshots({ source, schemaVersionOf, texts, onOutcome });
    this.#streams = new Streams({ reading: this.#reading, sealer, snapshots });
    this.#preparation = {
      sealer,
      schemaVersionOf,
      now: options.now ?? (() => new Date()),
    };
    this.wakeUp = new WakeUp(database, { lastWritten, notifyEveryMs: NOTIFY_EVERY_MS });
    this.#commitQueues = Array.from(
      { length: options.commitQueues ?? 1 },
      () =>
        new GroupCommitQueue(
          () => database.connect('append'),
          commitLimits,
          (committed) => this.#wakeFor(committed)(),
        ),
    );
    this.#reader = new HoleAwareReader(database.pool, () => this.wakeUp.lookAgain());
  }

  /** Appends through a group-commit queue; throws VersionConflict to this caller only. */
  async append(append: StreamAppend): Promise<AppendResult> {
    const [prepared] = await prepare([append], this.#preparation);
    if (prepared === undefined) throw new Error('an append was lost in its preparation');
    return await this.#queueOf(append.stream).append(prepared);
  }

  /** All or nothing, in one round trip, on one or many streams. */
  async appendMany(appends: readonly StreamAppend[]): Promise<AppendResult[]> {
    const prepared = await prepare(appends, this.#preparation);
    const results = await appendAll(prepared, runTwice(this.#database.pool));
    this.#wakeFor(prepared)();
    return results;
  }

  /** The same inside the caller's transaction, whose commit wakes the readers; they wait for it, so it must be short. */
  async appendIn(tx: Queryable, appends: readonly StreamAppend[]): Promise<AppendResult[]> {
    return await this.appendPrepared(tx, await this.prepare(appends));
  }

  /** What an append costs before the database hears of it, sealing above all: for who has time before a transaction. */
  async prepare(appends: readonly StreamAppend[]): Promise<PreparedAppends> {
    return { appends: await prepare(appends, this.#preparation) };
  }

  /** `appendIn` for what was prepared; within moments, because a key may be destroyed meanwhile. */
  async appendPrepared(tx: Queryable, { appends }: PreparedAppends): Promise<AppendResult[]> {
    tx.afterCommit?.(this.#wakeFor(appends));
    return await appendAll(appends, ({ text, values }) => tx.query<AppendRow>(text, values));
  }

  /** The events of a stream that somebody asks for, opened: most of a long one is not asked for. */
  async loadSome<Type extends string>(
    stream: string,
    some: SomeOfStream<Type>,
    tx: Queryable = this.#database.queryable,
  ): Promise<ProjectedEvent<Type>[]> {
    const asked = { stream, ...some };
    const rows = await someRows(tx, this.#reading, asked);
    // What was asked for by type is of that type.
    const opened: ProjectedEvent[] = await openEvents(rows, this.#sealer);
    return opened as ProjectedEvent<Type>[];
  }

  /** A transaction of the store's database: for commands that also write other tables. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#database.transaction(work);
  }

  async load(stream: string): Promise<{ events: StoredEvent[]; version: number }> {
    const events = (await this.#streams.load(this.#database.pool, stream)).map(
      ({ event }) => event,
    );
    return { events, version: events.at(-1)?.version ?? 0 };
  }

  /**
   * The one verb of commands: load, decide, append. A refusal is an answer, not an exception. For streams that stay
   * short: where they grow, `transactIn` reads a snapshot.
   */
  async transact<State, Command, Event extends NewEvent>(
    decider: Decider<State, Command, Event>,
    stream: string,
    command: Command,
    options: TransactOptions,
  ): Promise<Decided<State, Event> | Refused> {
    const access = {
      now: this.#preparation.now,
      load: (name: string) => this.#streams.load(this.#database.pool, name),
      loadUntil: this.#streams.loadUntil(this.#database.queryable),
      append: (append: StreamAppend) => this.append(append),
    };
    return await transact(access, decider, command, { ...options, stream });
  }

  /**
   * What a decider knows of a stream, as the caller's transaction sees it, together with what the caller keeps beside
   * it. A conflict guards the stream alone: the caller keeps others from what is beside it.
   */
  async foldIn<State, Command, Event extends NewEvent>(
    tx: Queryable,
    decider: Decider<State, Command, Event>,
    of: { readonly stream: string; readonly beside?: readonly BesideStream<Event>[] },
  ): Promise<Folded<State>> {
    return await this.#streams.foldIn(tx, decider, of);
  }

  /** Whom those of these events are about that are stored here, by event id, as the caller's transaction sees it. */
  subjectsIn(tx: Queryable, eventIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return subjectsOf(tx, eventIds);
  }

  /**
   * `transact` inside the caller's transaction, so that the fact and what the caller writes beside it commit together.
   * `stream` may be what `foldIn` gave of it there, for commands that depend on the state. Throws VersionConflict when
   * another transaction was first: the caller's is undone with it, and may run again. Keeps a snapshot when many
   * events were folded, which with `beside` needs that nothing can come to be beside an earlier version any more.
   */
  async transactIn<State, Command, Event extends NewEvent>(
    tx: Queryable,
    decider: Decider<State, Command, Event>,
    stream: string | Folded<State>,
    { command, ...options }: TransactOptions & { readonly command: Command },
  ): Promise<Decided<State, Event> | Refused> {
    const folded =
      typeof stream === 'string' ? await this.#streams.foldIn(tx, decider, { stream }) : stream;
    const access = {
      now: this.#preparation.now,
      loadUntil: this.#streams.loadUntil(tx),
      append: async (append: StreamAppend) => {
        const [result] = await this.appendIn(tx, [append]);
        if (result === undefined) throw new Error('an append was lost in its transaction');
        return result;
      },
    };
    const decided = await decideOn(access, decider, { folded, command, options });
    await this.#streams.keep(tx, decider, { folded, decided, context: options.context });
    return decided;
  }

  /** Everything after a position, in order, without ever passing an event that is not committed yet. */
  async readAll(page: Page): Promise<{ events: StoredEvent[]; next: number }> {
    const rows = await this.#reader.read(page, (asked) =>
      pageRows(this.#database.pool, this.#reading, asked),
    );
    const events = rows.map(({ event }) => event);
    const next = events.at(-1)?.position ?? page.after;
    return { events: await openEvents(events, this.#sealer), next };
  }

  /** The same for the relay, which hands on what was written. */
  async readWritten(page: Page): Promise<{ events: WrittenEvent[]; next: number }> {
    const events = await this.#reader.read(page, (asked) =>
      writtenRows(this.#database.pool, this.#reading.source, asked),
    );
    return { events, next: events.at(-1)?.position ?? page.after };
  }

  /** The same of some types alone; `next` is how far they were looked for. */
  async readWrittenOf(
    types: readonly string[],
    page: Page,
  ): Promise<{ events: WrittenEvent[]; next: number }> {
    const upTo = await this.#reader.settle();
    if (upTo <= page.after) return { events: [], next: page.after };
    const { source } = this.#reading;
    const asked = { ...page, types, upTo };
    const events = await writtenRowsOf(this.#database.pool, source, asked);
    const last = events.length === page.limit ? events.at(-1)?.position : undefined;
    return { events, next: last ?? upTo };
  }

  /** The same for projections: fewer fields, and the personal ones sealed, because read models in clear hold none. */
  async readProjected(page: Page): Promise<{ events: ProjectedEvent[]; next: number }> {
    const rows = await this.#reader.read(page, (asked) =>
      slimRows(this.#database.pool, this.#reading, asked),
    );
    const next = rows.at(-1)?.position ?? page.after;
    return { events: await markErased(rows, this.#sealer), next };
  }

  /** The last position drawn; some at the end may never come to be. */
  async head(): Promise<number> {
    const [row] = await this.#database.queryable.query<{ head: number }>(
      'SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS head FROM event_positions',
    );
    return row?.head ?? 0;
  }

  async close(): Promise<void> {
    await Promise.all(this.#commitQueues.map((queue) => queue.close()));
    await this.wakeUp.close();
  }

  /** Who is to be woken by appends: the reader of what is urgent only where there is something for it. */
  #wakeFor(appends: readonly PreparedAppend[]): () => void {
    const isForAll = appends.some(({ events }) => events.some(({ type }) => isUrgent.has(type)));
    return isForAll ? this.#wakeAll : this.#wakeReaders;
  }

  /** A stream always goes to the same queue, so that appends to it keep the order of their calls. */
  #queueOf(stream: string): GroupCommitQueue {
    let hash = 0;
    if (this.#commitQueues.length > 1) {
      for (let i = 0; i < stream.length; i++) hash = (hash * 31 + stream.charCodeAt(i)) >>> 0;
    }
    const queue = this.#commitQueues[hash % this.#commitQueues.length];
    if (queue === undefined) throw new Error('an event store needs at least one commit queue');
    return queue;
  }
}
