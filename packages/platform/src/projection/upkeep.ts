import { setTimeout as pause } from 'node:timers/promises';
import type { ProjectionRebuild, ProjectionSummary } from '@tact/contracts';
import { ProblemError } from '../http/problem-error.ts';
import type { Log } from '../observability/logger.ts';
import { describeError } from '../observability/redaction.ts';
import type { Database } from '../postgres/database.ts';
import { isSessionLockHeld } from '../postgres/session-lock.ts';
import { abandonRebuild, AlreadyRebuilding, rebuildLockName } from './begin-rebuild.ts';
import { PositionWentBackwards, ProjectionVersionDiffers, readCheckpoint } from './checkpoint.ts';
import type { EventSource, Projection } from './projection.ts';
import type { ReadModel } from './read-models.ts';
import { rebuild, type RebuildOptions } from './rebuild.ts';
import { findRebuild, type RebuildRecord, runningRebuild } from './rebuild-records.ts';
import { rebuildView } from './rebuild-view.ts';
import { type ProjectionLag, ProjectionRunner } from './runner.ts';

export type UpkeepOptions = {
  readonly database: Database;
  readonly source: EventSource;
  /** The same events for a rebuild, which waits for nobody's company. */
  readonly rebuildSource: EventSource;
  readonly projection: Projection;
  readonly countErasures?: RebuildOptions['countErasures'];
  readonly log: Log;
  /** Milliseconds before a rebuild that failed is tried again, twice as long each time; a second when absent. */
  readonly attemptPauseMs?: number;
};

/** What a person must look at, and since when. */
export type UpkeepTrouble = {
  readonly what: 'rebuild-failed' | 'rows-newer';
  readonly projection: string;
  readonly since: Date;
};

const ATTEMPTS = 5;
/** Before what failed so often is tried from the beginning, and before rows of a later release are looked at again. */
const LONG_PAUSE_MS = 300_000;
const LOOK_AGAIN_MS = 1_000;

/**
 * A read model from the start of its service to the end: follows the events, is built anew beside the live rows where
 * these are of an earlier version or ahead of a store that was set back, and where an operator asks for it. What a
 * process left in the middle, the next one goes on with. Rows of a later release are left alone.
 */
export class ProjectionUpkeep implements ReadModel {
  readonly name: string;
  readonly #options: UpkeepOptions;
  readonly #stopping = new AbortController();
  #runner: ProjectionRunner;
  #working: Promise<void> = Promise.resolve();
  #rebuilding: Promise<void> | undefined;
  readonly #since = new Date();

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.name = options.projection.name;
    this.#runner = this.#newRunner();
  }

  /** Rejects with a defect that no rebuild mends. */
  get done(): Promise<void> {
    return this.#working;
  }

  /** From the records, which a restart does not lose: the last rebuild failed, or the rows are of a later release. */
  async trouble(): Promise<UpkeepTrouble | undefined> {
    const { database, projection } = this.#options;
    const stored = await readCheckpoint(database.queryable, this.name);
    if (stored !== undefined && stored.version > projection.version) {
      return { what: 'rows-newer', projection: this.name, since: this.#since };
    }
    const latest = await findRebuild(database.queryable, this.name);
    if (latest?.state !== 'failed') return undefined;
    const since = latest.finishedAt ?? latest.updatedAt;
    return { what: 'rebuild-failed', projection: this.name, since };
  }

  start(): void {
    this.#working = this.#follow();
    this.#working.catch(() => undefined);
    void this.#goOn().catch((error: unknown) => this.#complain(error));
  }

  /** Ends after the batch in hand; a rebuild is gone on with by whoever starts next. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the service stops'));
    await this.#runner.stop();
    await Promise.allSettled([this.#working, this.#rebuilding]);
  }

  lag(): Promise<ProjectionLag> {
    return this.#runner.lag();
  }

  async rebuild(): Promise<ProjectionRebuild> {
    const record = await this.#begin();
    return rebuildView(record, true);
  }

  async find(rebuildId: string): Promise<ProjectionRebuild | undefined> {
    const { queryable } = this.#options.database;
    // Asked first: a rebuild that ends between the two is found ended, and not as one that nobody works on.
    const isAlive = await this.#isAlive();
    const record = await findRebuild(queryable, this.name, rebuildId);
    return record && rebuildView(record, isAlive);
  }

  async show(): Promise<ProjectionSummary> {
    const { database, projection } = this.#options;
    const { version } = projection;
    const isAlive = await this.#isAlive();
    const [{ position, lag }, stored, latest] = await Promise.all([
      this.lag(),
      readCheckpoint(database.queryable, this.name),
      findRebuild(database.queryable, this.name),
    ]);
    const latestRebuild = latest && rebuildView(latest, isAlive);
    return {
      name: this.name,
      source: 'events',
      version,
      position,
      lag,
      rebuildable: true,
      state: stateOf(latestRebuild?.state, {
        stored: stored?.version ?? version,
        requested: version,
      }),
      ...(latestRebuild === undefined ? {} : { latestRebuild }),
    };
  }

  #isAlive(): Promise<boolean> {
    const { database } = this.#options;
    return isSessionLockHeld(database, rebuildLockName(database, this.name));
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#runner.start();
      try {
        return await this.#runner.done;
      } catch (error) {
        await this.#mend(error);
        this.#runner = this.#newRunner();
      }
    }
  }

  async #mend(error: unknown): Promise<void> {
    const isVersion = error instanceof ProjectionVersionDiffers;
    if (!isVersion && !(error instanceof PositionWentBackwards)) throw error;
    const { log } = this.#options;
    if (isVersion && error.stored > error.expected) {
      log.warn({ projection: this.name }, 'a later release made these rows: they are left alone');
      return this.#pause(LONG_PAUSE_MS);
    }
    this.#rebuilding ??= this.#rebuild();
    await this.#rebuilding;
    await this.#pause((await this.#hasFailed()) ? LONG_PAUSE_MS : LOOK_AGAIN_MS);
  }

  /** Goes on with what a process left in the middle, or ends it where it was of another version of the code. */
  async #goOn(): Promise<void> {
    const { database, projection } = this.#options;
    const left = await runningRebuild(database.queryable, this.name);
    if (left === undefined) return;
    if (left.version === projection.version) {
      this.#rebuilding ??= this.#rebuild();
      return;
    }
    const stored = await readCheckpoint(database.queryable, this.name);
    if (stored?.version === projection.version) {
      await abandonRebuild(database, projection, 'superseded');
    }
  }

  async #begin(): Promise<RebuildRecord> {
    const stored = await readCheckpoint(this.#options.database.queryable, this.name);
    if (stored !== undefined && stored.version > this.#options.projection.version) {
      const detail = 'A later release made these rows: ask that release.';
      throw new ProblemError('unprocessable', { detail });
    }
    const begun = Promise.withResolvers<RebuildRecord | undefined>();
    if (this.#rebuilding === undefined) {
      this.#rebuilding = this.#rebuild(begun.resolve);
      void this.#rebuilding.then(() => begun.resolve(undefined));
    } else {
      begun.resolve(undefined);
    }
    const record =
      (await begun.promise) ?? (await runningRebuild(this.#options.database.queryable, this.name));
    if (record === undefined) throw new ProblemError('unavailable', { retryAfterSeconds: 1 });
    return record;
  }

  /** Never rejects: how it ended is in its record, and what a person must know is `trouble`. */
  async #rebuild(onBegin?: (record: RebuildRecord) => void): Promise<void> {
    const { signal } = this.#stopping;
    const { attemptPauseMs = 1_000 } = this.#options;
    try {
      for (let attempt = 1; !signal.aborted; attempt++) {
        if (await this.#attempt(onBegin)) return;
        if (attempt < ATTEMPTS) {
          await this.#pause(attemptPauseMs * 2 ** (attempt - 1));
          continue;
        }
        const { database, projection } = this.#options;
        await abandonRebuild(database, projection, 'failed').catch((error: unknown) =>
          this.#complain(error),
        );
        return;
      }
    } finally {
      this.#rebuilding = undefined;
    }
  }

  /** False: it failed, and what was built so far is still there. */
  async #attempt(onBegin?: (record: RebuildRecord) => void): Promise<boolean> {
    const { log, database, projection, rebuildSource: source, countErasures } = this.#options;
    const { signal } = this.#stopping;
    try {
      const { rebuildId, events, position, differences } = await rebuild({
        database,
        projection,
        source,
        signal,
        ...(countErasures === undefined ? {} : { countErasures }),
        onBegin: (record) => {
          const { rebuildId: id, version, position: from } = record;
          log.info(
            { projection: this.name, rebuildId: id, version, from },
            'read model rebuilding',
          );
          onBegin?.(record);
        },
      });
      const compared = differences.map(({ table, same }) => ({ table, same }));
      log.info(
        { projection: this.name, rebuildId, events, position, compared },
        'read model swapped',
      );
      return true;
    } catch (error) {
      if (signal.aborted || error instanceof AlreadyRebuilding) return true;
      this.#complain(error);
      return false;
    }
  }

  #newRunner(): ProjectionRunner {
    const { database, source, projection } = this.#options;
    const onFailure = (error: unknown): void => this.#complain(error);
    return new ProjectionRunner({ database, source, projection, onFailure });
  }

  #complain(error: unknown): void {
    this.#options.log.warn(
      { projection: this.name, error: describeError(error) },
      'a projection failed; again soon',
    );
  }

  async #hasFailed(): Promise<boolean> {
    const trouble = await this.trouble().catch(() => undefined);
    return trouble?.what === 'rebuild-failed';
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    await pause(ms, undefined, { signal }).catch(() => undefined);
  }
}

const stateOf = (
  latest: ProjectionRebuild['state'] | undefined,
  { stored, requested }: { readonly stored: number; readonly requested: number },
): ProjectionSummary['state'] => {
  if (stored > requested) return 'newer';
  if (latest === 'running') return 'rebuilding';
  if (latest === 'interrupted') return 'interrupted';
  return stored < requested ? 'outdated' : 'current';
};
