import type { ProjectedEvent } from '../event-store/events.ts';
import { ADVISORY_CLASS } from '../postgres/advisory.ts';
import type { Database } from '../postgres/database.ts';
import { placeCheckpoint, readCheckpoint } from './checkpoint.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { type EventSource, foldOf, type Projection } from './projection.ts';
import {
  compare,
  createShadow,
  dropShadow,
  enterShadow,
  type Shadow,
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
  /** The tables the projection writes, by the unqualified names it writes them under. */
  readonly tables: readonly string[];
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Asked before the swap when rows differ from the live ones; false keeps the live ones. Absent: swap. */
  readonly accept?: (differences: readonly TableDifference[]) => boolean;
};

export type RebuildReport = {
  readonly events: number;
  readonly position: number;
  readonly swapped: boolean;
  readonly differences: readonly TableDifference[];
};

/** Events read at once. */
const PAGE = 5_000;
/** Events written at once: more of them than live, so that a row is written once for many of them. */
const BATCH = 20_000;
const FOLDED_BATCH = 100_000;
/** Fewer events than this are applied while the live projection waits. */
const SWAP_LAG_MAX = 2_000;

/** Builds the read model anew beside the live one, compares both at the same position, and swaps them at once. */
export async function rebuild(options: RebuildOptions): Promise<RebuildReport> {
  const { database, projection } = options;
  const lock = await database.connect('rebuild');
  try {
    const { rows } = await lock.query<{ mine: boolean }>(
      `SELECT pg_try_advisory_lock(${ADVISORY_CLASS}, hashtext($1)) AS mine`,
      [`rebuild ${database.schema} ${projection.name}`],
    );
    if (rows[0]?.mine !== true) throw new Error(`${projection.name} is being rebuilt already`);
    return await new Rebuild(options).run();
  } finally {
    await lock.end();
  }
}

class Rebuild {
  private readonly shadow: Shadow;
  private position = 0;
  private events = 0;
  /** What the live read model has passed is final: holes below are dead, whoever appends right now. */
  private settled = 0;

  constructor(private readonly options: RebuildOptions) {
    const { database, projection, tables } = options;
    const name = projection.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
    this.shadow = { live: database.schema, shadow: `${database.schema}_rebuild_${name}`, tables };
  }

  async run(): Promise<RebuildReport> {
    const { database, projection } = this.options;
    await createShadow(database.queryable, this.shadow);
    for (;;) {
      const live = await readCheckpoint(database.queryable, projection.name);
      const target = live?.position ?? (await this.options.source.head());
      const before = this.position;
      this.settled = live?.position ?? 0;
      await this.advance(target, (apply) =>
        database.transaction(async (tx) => {
          await enterShadow(tx, this.shadow, 'off');
          await apply(tx);
        }),
      );
      if (live !== undefined) this.settle(target);
      if (target - before <= SWAP_LAG_MAX || this.position === before) break;
    }
    return await database.transaction((tx) => this.finish(tx));
  }

  /** Holding the live checkpoint stops its runner; what is left is applied, compared and swapped. */
  private async finish(tx: Queryable): Promise<RebuildReport> {
    const { accept, projection } = this.options;
    await enterShadow(tx, this.shadow, 'on');
    const [live] = await tx.query<{ position: number }>(
      'SELECT position FROM checkpoints WHERE name = $1 FOR UPDATE',
      [projection.name],
    );
    if (live !== undefined) {
      this.settled = live.position;
      await this.advance(live.position, (apply) => apply(tx));
      this.settle(live.position);
    }
    const differences = await compare(tx, this.shadow);
    const swapped =
      accept === undefined || differences.every(({ same }) => same) || accept(differences);
    if (swapped) {
      await swap(tx, this.shadow);
      await placeCheckpoint(tx, projection, this.position);
    } else {
      await dropShadow(tx, this.shadow);
    }
    return { events: this.events, position: this.position, swapped, differences };
  }

  private async advance(
    target: number,
    within: (apply: (tx: Queryable) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const { projection, onProgress } = this.options;
    const batch = projection.fold === undefined ? BATCH : FOLDED_BATCH;
    let fold = foldOf(projection);
    let count = 0;
    const write = async (): Promise<void> => {
      const [folded, size, position] = [fold, count, this.position];
      fold = foldOf(projection);
      count = 0;
      await within((tx) => folded.write(tx));
      this.events += size;
      onProgress?.({ position, target, events: this.events });
    };
    // One batch is written while the next one is read and folded.
    let writing = Promise.resolve();
    try {
      for await (const events of this.pages(target)) {
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
  private settle(target: number): void {
    this.position = Math.max(this.position, target);
  }

  /**
   * Up to the target, with the page after the next one being read all the while: a full page reaches its start plus
   * its size at the least, so the next one can be asked for from there; what both hold is passed over.
   */
  private async *pages(target: number): AsyncGenerator<readonly ProjectedEvent[]> {
    const read = (after: number): Promise<{ events: readonly ProjectedEvent[]; next: number }> => {
      const page = this.options.source.read({ after, limit: PAGE, settled: this.settled });
      page.catch(() => undefined);
      return page;
    };
    let start = this.position;
    let reading = read(start);
    while (this.position < target) {
      const ahead = start + PAGE < target ? read(start + PAGE) : undefined;
      const { events, next } = await reading;
      const { fresh, reached } = freshIn({ events, next }, this.position, target);
      this.position = reached;
      if (fresh.length > 0) yield fresh;
      if (events.length === 0 || next >= target) return;
      // A source with gaps wider than pages, or one that came to its end: nothing was gained, ask again.
      const meetsNext = next >= start + PAGE && next < start + 2 * PAGE;
      const usable = meetsNext ? ahead : undefined;
      start = usable === undefined ? this.position : start + PAGE;
      reading = usable ?? read(start);
    }
  }
}

/** The events of a page after `from` and up to the target, the page's own array where all of them are; and where it ends. */
function freshIn<Event extends { position: number }>(
  { events, next }: { events: readonly Event[]; next: number },
  from: number,
  target: number,
): { fresh: readonly Event[]; reached: number } {
  const first = events[0]?.position ?? 0;
  // A page asked for ahead may end before what the one before it held, in a source still settling.
  if (first > from && next <= target) return { fresh: events, reached: Math.max(from, next) };
  const fresh = events.filter(({ position }) => position > from && position <= target);
  const reached = next <= target ? Math.max(from, next) : (fresh.at(-1)?.position ?? from);
  return { fresh, reached };
}
