import type { ProjectedEvent } from '../event-store/events.ts';
import { ADVISORY_CLASS } from '../postgres/advisory.ts';
import type { Database } from '../postgres/database.ts';
import { placeCheckpoint, readCheckpoint } from './checkpoint.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { EventSource, Projection } from './projection.ts';
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

export type RebuildOptions<Event extends { position: number }> = {
  readonly database: Database;
  readonly source: EventSource<Event>;
  readonly projection: Projection<Event>;
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

/** Events read at once, and events folded at once: more of them than live, since a shadow has no readers. */
const PAGE = 5_000;
const BATCH = 20_000;
/** Fewer events than this are applied while the live projection waits. */
const SWAP_LAG_MAX = 2_000;

/** Builds the read model anew beside the live one, compares both at the same position, and swaps them at once. */
export async function rebuild<Event extends { position: number } = ProjectedEvent>(
  options: RebuildOptions<Event>,
): Promise<RebuildReport> {
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

class Rebuild<Event extends { position: number }> {
  private readonly shadow: Shadow;
  private position = 0;
  private events = 0;

  constructor(private readonly options: RebuildOptions<Event>) {
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
    const apply = async (events: readonly Event[], position: number): Promise<void> => {
      if (events.length === 0) return;
      await within((tx) => projection.handle(tx, events, { rebuilding: true }));
      this.events += events.length;
      onProgress?.({ position, target, events: this.events });
    };
    // Large batches, so that a row is written once for many events; the next one is read meanwhile.
    let applying = Promise.resolve();
    let gathered: Event[] = [];
    let reading = this.page(target);
    try {
      for (;;) {
        const { events, next } = await reading;
        this.position = next;
        for (const event of events) gathered.push(event);
        if (events.length === 0 || gathered.length >= BATCH) {
          await applying;
          applying = apply(gathered, next);
          applying.catch(() => undefined);
          gathered = [];
        }
        if (events.length === 0) break;
        reading = this.page(target);
        reading.catch(() => undefined);
      }
    } finally {
      await applying;
    }
  }

  /** The live read model has passed the target, so what is missing up to there is missing for ever. */
  private settle(target: number): void {
    this.position = Math.max(this.position, target);
  }

  /** One page that ends at the target at the latest. */
  private async page(target: number): Promise<{ events: readonly Event[]; next: number }> {
    if (this.position >= target) return { events: [], next: this.position };
    const { events, next } = await this.options.source.read({ after: this.position, limit: PAGE });
    if (next <= target) return { events, next };
    const within = events.filter(({ position }) => position <= target);
    return { events: within, next: within.at(-1)?.position ?? this.position };
  }
}
