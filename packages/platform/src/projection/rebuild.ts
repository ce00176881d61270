import type { ProjectedEvent } from '../event-store/events.ts';
import type { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { takeSessionLock } from '../postgres/session-lock.ts';
import { AlreadyRebuilding, beginRebuild, rebuildLockName, shadowOf } from './begin-rebuild.ts';
import { type Checkpoint, placeCheckpoint, readCheckpoint } from './checkpoint.ts';
import { type EventSource, foldOf, type Projection } from './projection.ts';
import { advanceRebuild, endRebuild, type RebuildRecord } from './rebuild-records.ts';
import {
  compare,
  enterShadow,
  type Shadow,
  shapeOf,
  swap,
  type TableDifference,
} from './shadow.ts';

export type RebuildProgress = {
  readonly position: number;
  readonly target: number;
  readonly events: number;
};

export type RebuildOptions = {
  readonly database: Database;
  readonly source: EventSource;
  readonly projection: Projection;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Told of the record as soon as there is one: the rebuild has begun, or goes on. */
  readonly onBegin?: (record: RebuildRecord) => void;
  /**
   * How many people were erased so far, a number that only grows: the events of one who was erased after they were read
   * would bring rows back that are gone. Numbers, because the clock that dates erasures may be set meanwhile.
   */
  readonly countErasures?: (tx: Queryable) => Promise<number>;
  /** Aborted when the process ends: what is built stays, and the next one goes on with it. */
  readonly signal?: AbortSignal;
};

export type RebuildReport = {
  readonly rebuildId: string;
  readonly events: number;
  readonly position: number;
  /** Empty where the live rows are of another version or another position: they are not to be the same. */
  readonly differences: readonly TableDifference[];
};

/** Events read at once. */
const PAGE = 5_000;
/** Events written at once: more of them than live, so that a row is written once for many of them. */
const BATCH = 20_000;
const FOLDED_BATCH = 100_000;
/** Fewer events than this are applied while the live projection waits. */
const SWAP_LAG_MAX = 2_000;

/** Of a store that knows no people. */
const noErasures = (): Promise<number> => Promise.resolve(0);

/** What was built is not what would be built now: all is read again. */
class ReadAgain extends Error {}

/**
 * Builds the read model anew beside the live one, compares both at the same position, and swaps them at once. One that a
 * process left in the middle goes on where its last batch ended, if it was of this version and of tables like these.
 */
export const rebuild = async (options: RebuildOptions): Promise<RebuildReport> => {
  const { database, projection, onBegin, countErasures = noErasures } = options;
  const lock = await takeSessionLock(
    database,
    rebuildLockName(database, projection.name),
    'rebuild',
  );
  if (lock === undefined) throw new AlreadyRebuilding(projection.name);
  try {
    for (let anew = false; ; anew = true) {
      const record = await beginRebuild(database, projection, { anew, countErasures });
      onBegin?.(record);
      try {
        return await new Rebuild(options, record).run();
      } catch (error) {
        if (!(error instanceof ReadAgain)) throw error;
      }
    }
  } finally {
    await lock.release();
  }
};

class Rebuild {
  readonly #shadow: Shadow;
  /** Read and folded up to here; `written` is what the shadow and its record hold. */
  #position: number;
  #written: number;
  #events: number;
  /** What the live read model has passed is final: holes below are dead, whoever appends right now. */
  #settled = 0;

  constructor(
    private readonly options: RebuildOptions,
    private readonly record: RebuildRecord,
  ) {
    this.#shadow = shadowOf(options.database, options.projection);
    this.#position = record.position;
    this.#written = record.position;
    this.#events = record.events;
  }

  async run(): Promise<RebuildReport> {
    const { database, projection, source } = this.options;
    for (;;) {
      const live = await readCheckpoint(database.queryable, projection.name);
      const head = await source.head();
      const followed = this.#isFollowed(live, head);
      const target = followed?.position ?? head;
      const before = this.#position;
      this.#settled = followed?.position ?? 0;
      await this.#advance(target, (apply) =>
        database.transaction(async (tx) => {
          await enterShadow(tx, this.#shadow, 'off');
          await apply(tx);
        }),
      );
      if (followed !== undefined) this.#settle(target);
      if (target - before <= SWAP_LAG_MAX || this.#position === before) break;
    }
    return await database.transaction((tx) => this.#finish(tx));
  }

  /** A live read model of this version is met at its position; one of another stands still, and is overtaken. */
  #isFollowed(live: Checkpoint | undefined, head: number): Checkpoint | undefined {
    const { version } = this.options.projection;
    return live?.version === version && live.position <= head ? live : undefined;
  }

  /** Holding the live checkpoint stops its runner; what is left is applied, compared and swapped. */
  async #finish(tx: Queryable): Promise<RebuildReport> {
    const { projection, source } = this.options;
    const { rebuildId } = this.record;
    const { live: schema, shadow: built } = this.#shadow;
    await enterShadow(tx, this.#shadow, 'on');
    const [live] = await tx.query<Checkpoint>(
      'SELECT position, version FROM checkpoints WHERE name = $1 FOR UPDATE',
      [projection.name],
    );
    const followed = this.#isFollowed(live, await source.head());
    // An earlier version may have gone on in another process: nothing it shows is to be shown no more.
    const target = followed?.position ?? live?.position ?? 0;
    this.#settled = followed === undefined ? 0 : target;
    await this.#advance(target, (apply) => apply(tx));
    if (followed !== undefined) this.#settle(target);
    await this.#holdLiveTables(tx);
    await this.#assertAsBegun(tx);
    await projection.carryOver?.(tx, { live: schema, built });
    const differences = followed === undefined ? [] : await compare(tx, this.#shadow);
    await endRebuild(tx, rebuildId, {
      state: 'swapped',
      ...(followed === undefined ? {} : { differences }),
    });
    await swap(tx, this.#shadow);
    await placeCheckpoint(tx, projection, this.#position);
    return { rebuildId, events: this.#events, position: this.#position, differences };
  }

  /** Whoever else writes into the live tables waits, and then writes into the built ones. */
  async #holdLiveTables(tx: Queryable): Promise<void> {
    const { live: schema, tables } = this.#shadow;
    for (const table of tables) {
      await tx.query(`LOCK TABLE ${schema}.${table} IN SHARE ROW EXCLUSIVE MODE`);
    }
  }

  /** Tables of another shape, or an erasure since, ask for everything to be read again. */
  async #assertAsBegun(tx: Queryable): Promise<void> {
    const { countErasures = noErasures } = this.options;
    const { shape, erasures } = this.record;
    if ((await shapeOf(tx, this.#shadow)) !== shape) throw new ReadAgain();
    if ((await countErasures(tx)) !== erasures) throw new ReadAgain();
  }

  async #advance(
    target: number,
    within: (apply: (tx: Queryable) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const { projection, onProgress, signal } = this.options;
    const batch = projection.fold === undefined ? BATCH : FOLDED_BATCH;
    let fold = foldOf(projection);
    let count = 0;
    const write = async (): Promise<void> => {
      const [folded, size, position] = [fold, count, this.#position];
      fold = foldOf(projection);
      count = 0;
      signal?.throwIfAborted();
      const move = { from: this.#written, to: position, target, events: size };
      await within(async (tx) => {
        await advanceRebuild(tx, this.record.rebuildId, move);
        await folded.write(tx);
      });
      this.#written = position;
      this.#events += size;
      onProgress?.({ position, target, events: this.#events });
    };
    // One batch is written while the next one is read and folded.
    let writing = Promise.resolve();
    try {
      for await (const events of this.#pages(target)) {
        fold.add(events);
        count += events.length;
        if (count < batch) continue;
        await writing;
        writing = write();
        writing.catch(() => undefined);
      }
      await writing;
      if (count > 0) await write();
    } finally {
      await writing;
    }
  }

  /** The live read model has passed the target, so what is missing up to there is missing for ever. */
  #settle(target: number): void {
    this.#position = Math.max(this.#position, target);
  }

  /**
   * Up to the target, with the page after the next one being read all the while: a full page reaches its start plus
   * its size at the least, so the next one can be asked for from there; what both hold is passed over.
   */
  async *#pages(target: number): AsyncGenerator<readonly ProjectedEvent[]> {
    const read = (after: number): Promise<{ events: readonly ProjectedEvent[]; next: number }> => {
      const page = this.options.source.read({ after, limit: PAGE, settled: this.#settled });
      page.catch(() => undefined);
      return page;
    };
    let start = this.#position;
    let reading = read(start);
    while (this.#position < target) {
      const ahead = start + PAGE < target ? read(start + PAGE) : undefined;
      const { events, next } = await reading;
      const { fresh, reached } = freshIn({ events, next }, this.#position, target);
      this.#position = reached;
      if (fresh.length > 0) yield fresh;
      if (events.length === 0 || next >= target) return;
      // A source with gaps wider than pages, or one that came to its end: nothing was gained, ask again.
      const meetsNext = next >= start + PAGE && next < start + 2 * PAGE;
      const usable = meetsNext ? ahead : undefined;
      start = usable === undefined ? this.#position : start + PAGE;
      reading = usable ?? read(start);
    }
  }
}

/** The events of a page after `from` and up to the target, the page's own array where all of them are; and where it ends. */
const freshIn = <Event extends { position: number }>(
  { events, next }: { events: readonly Event[]; next: number },
  from: number,
  target: number,
): { fresh: readonly Event[]; reached: number } => {
  const first = events[0]?.position ?? 0;
  // A page asked for ahead may end before what the one before it held, in a source still settling.
  if (first > from && next <= target) return { fresh: events, reached: Math.max(from, next) };
  const fresh = events.filter(({ position }) => position > from && position <= target);
  const reached = next <= target ? Math.max(from, next) : (fresh.at(-1)?.position ?? from);
  return { fresh, reached };
};
