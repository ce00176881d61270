import { setTimeout as pause } from 'node:timers/promises';
import type { ProjectedEvent } from '../event-store/events.ts';
import type { Database } from '../postgres/database.ts';
import {
  advanceCheckpoint,
  openCheckpoint,
  PositionWentBackwards,
  ProjectionVersionDiffers,
  readCheckpoint,
} from './checkpoint.ts';
import { type EventSource, type Projection, handledBy } from './projection.ts';

export type RunnerOptions = {
  readonly database: Database;
  readonly source: EventSource;
  readonly projection: Projection;
  /** Told of every failed batch; the batch is tried again after a pause. */
  readonly onFailure?: (error: unknown) => void;
};

export type ProjectionLag = {
  readonly position: number;
  readonly head: number;
  readonly lag: number;
};

const BATCH_MIN = 500;
const BATCH_MAX = 2_000;
const PAUSE_MS_MAX = 5_000;

class Fenced extends Error {}

/** Keeps a read model up to date: each batch and its checkpoint are one transaction, so its effect happens once. */
export class ProjectionRunner {
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #position: number | undefined;
  /** Where the projection rests, much has come meanwhile: it is read at once. */
  readonly #batchMin: number;
  #batchSize: number;

  constructor(private readonly options: RunnerOptions) {
    this.#batchMin = options.projection.restMs === undefined ? BATCH_MIN : BATCH_MAX;
    this.#batchSize = this.#batchMin;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when it was stopped; rejects when the read model must be rebuilt, which no retry can mend. */
  get done(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  /** Ends after the batch in hand. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running?.catch(() => undefined);
  }

  async lag(): Promise<ProjectionLag> {
    const { database, source, projection } = this.options;
    const head = await source.head();
    const position = (await readCheckpoint(database.queryable, projection.name))?.position ?? 0;
    return { position, head, lag: Math.max(0, head - position) };
  }

  /** Applies everything there is; resolves with the number of events applied. */
  async catchUp(): Promise<number> {
    const { database, source, projection } = this.options;
    this.#position ??= (
      await openCheckpoint(database.queryable, projection, () => source.head())
    ).position;
    let applied = 0;
    let page = await source.read({ after: this.#position, limit: this.#batchSize });
    while (page.events.length > 0 && !this.#stopping.signal.aborted) {
      const { events, next } = page;
      const isFull = events.length >= this.#batchSize;
      this.#batchSize = isFull ? Math.min(this.#batchSize * 2, BATCH_MAX) : this.#batchMin;
      const ahead = isFull ? this.#readAhead(next) : undefined;
      if (await this.#apply(events, next)) applied += events.length;
      if (!isFull) await this.#rest();
      page = await (ahead !== undefined && this.#position === next
        ? ahead
        : source.read({ after: this.#position, limit: this.#batchSize }));
    }
    return applied;
  }

  /** The page after a full one is read while that one is applied. */
  #readAhead(after: number): ReturnType<EventSource['read']> {
    const page = this.options.source.read({ after, limit: this.#batchSize });
    page.catch(() => undefined);
    return page;
  }

  async #rest(): Promise<void> {
    const { restMs = 0 } = this.options.projection;
    const { signal } = this.#stopping;
    if (restMs === 0) return;
    // To a common instant, so that projections of one rest come to the same events together and share the read.
    const leftMs = restMs - (performance.now() % restMs);
    await pause(leftMs, undefined, { signal }).catch(() => undefined);
  }

  async #apply(events: readonly ProjectedEvent[], next: number): Promise<boolean> {
    const { database, source, projection } = this.options;
    const from = this.#position ?? 0;
    try {
      await database.transaction(async (tx) => {
        const mine = await advanceCheckpoint(tx, projection, { from, to: next });
        if (!mine) throw new Fenced();
        const requested = handledBy(projection, events);
        if (requested.length > 0) await projection.handle(tx, requested, { rebuilding: false });
      });
      this.#position = next;
      return true;
    } catch (error) {
      // Whatever went wrong, also a commit whose answer was lost, the row knows where we are.
      this.#position = undefined;
      if (!(error instanceof Fenced)) throw error;
      this.#position = (
        await openCheckpoint(database.queryable, projection, () => source.head())
      ).position;
      return false;
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const waiter = this.options.source.waiter();
    let pauseMs = 0;
    try {
      while (!signal.aborted) {
        try {
          await this.catchUp();
          pauseMs = 0;
          await waiter.next(signal);
        } catch (error) {
          if (error instanceof PositionWentBackwards || error instanceof ProjectionVersionDiffers) {
            throw error;
          }
          this.options.onFailure?.(error);
          pauseMs = Math.min(Math.max(100, pauseMs * 2), PAUSE_MS_MAX);
          await pause(pauseMs, undefined, { signal }).catch(() => undefined);
        }
      }
    } finally {
      waiter.close();
    }
  }
}
