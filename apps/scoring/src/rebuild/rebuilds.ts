import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ProjectionRebuild } from '@tact/contracts';
import { Log, ProblemError, type SessionLock, describeError } from '@tact/platform';
import { Announcements } from '../assessment/announcements.ts';
import { Reassessments } from './reassessments.ts';
import { RebuildRecords } from './rebuild-records.ts';
import { type RebuildRow, rebuildView } from './rebuild.table.ts';
import { ShadowBuilds } from './shadow-build.ts';

/** Rebuilds of the read model: one at a time over all instances, each in the process that was asked. */
@Injectable()
export class Rebuilds extends Reassessments implements OnApplicationShutdown {
  readonly #stopping = new AbortController();
  #work: Promise<void> | undefined;

  constructor(
    private readonly builds: ShadowBuilds,
    readonly records: RebuildRecords,
    private readonly announcements: Announcements,
    private readonly log: Log,
  ) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort(new Error('the service stops'));
    await this.#work;
  }

  /** Starts a rebuild and does not wait for its end; gives the running one when there is one. */
  async begin(): Promise<ProjectionRebuild> {
    const lock = await this.records.lock();
    if (lock === undefined) {
      const running = await this.records.latest();
      // The lock is taken a moment before the record is written.
      if (!running) throw new ProblemError('unavailable', { retryAfterSeconds: 1 });
      return running;
    }
    return this.#start(lock);
  }

  /** Makes a change that every row must follow, then starts; refuses while rows are being built as they were. */
  async beginAfter(change: () => Promise<void>): Promise<ProjectionRebuild> {
    const lock = await this.records.lock();
    if (lock === undefined) {
      const detail = 'A rebuild is running: ask again when it has ended.';
      throw new ProblemError('already-running', { detail, retryAfterSeconds: 5 });
    }
    return this.#start(lock, change);
  }

  async #start(
    lock: SessionLock,
    change: () => Promise<void> = () => Promise.resolve(),
  ): Promise<ProjectionRebuild> {
    try {
      await change();
      const row = await this.records.open();
      this.#work = this.#run(row, lock);
      return rebuildView(row, true);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Never rejects: how it ended is in the record. */
  async #run({ rebuildId }: RebuildRow, lock: SessionLock): Promise<void> {
    try {
      const comparison = await this.builds.run({
        today: this.records.today,
        signal: this.#stopping.signal,
        onProgress: (contactsDone) => this.records.note(rebuildId, { contactsDone }),
      });
      // Before the record says it ended, so that who waits for the end finds the outside told, too.
      if (!comparison.same) await this.announcements.announceAll(this.#stopping.signal);
      await this.records.note(rebuildId, { state: 'swapped', ...comparison });
      this.log.info({ rebuildId, ...comparison }, 'read model rebuilt and swapped');
    } catch (error) {
      this.log.error({ rebuildId, error: describeError(error) }, 'rebuild failed');
      await this.records.note(rebuildId, { state: 'failed' }).catch(() => undefined);
    } finally {
      await lock.release().catch(() => undefined);
    }
  }
}
