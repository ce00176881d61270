import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type ProjectionName, type ProjectionRebuild, formatId } from '@tact/contracts';
import {
  Clock,
  Database,
  isSessionLockHeld,
  type SessionLock,
  takeSessionLock,
} from '@tact/platform';
import { DataSource } from 'typeorm';
import { type Day, dayOf } from '../assessment/assess-contacts.ts';
import { type RebuildRow, RebuildTable, rebuildView } from './rebuild.table.ts';

const projection: ProjectionName = 'block-likelihood';
const lockName = `scoring rebuild ${projection}`;

/** What is known of rebuilds: the running one, the ended ones, and whether anyone still works. */
@Injectable()
export class RebuildRecords {
  constructor(
    private readonly database: Database,
    private readonly rows: DataSource,
    private readonly clock: Clock,
  ) {}

  get today(): Day {
    return dayOf(this.clock.now());
  }

  /** Undefined: another process, or this one, rebuilds already. */
  lock(): Promise<SessionLock | undefined> {
    return takeSessionLock(this.database, lockName, 'rebuild');
  }

  /** A new record; only the holder of the lock may ask for one. */
  async open(): Promise<RebuildRow> {
    // A running row beside the lock we hold is of a process that ended.
    await this.#table.update({ projection, state: 'running' }, { state: 'interrupted' });
    const [total] = await this.database.queryable.query<{ contacts: number }>(
      'SELECT count(*) AS contacts FROM block_likelihoods',
    );
    const now = this.clock.now();
    const row: RebuildRow = {
      rebuildId: formatId('rebuild', randomBytes(16)),
      projection,
      state: 'running',
      contactsDone: 0,
      contactsTotal: total?.contacts ?? 0,
      startedAt: now,
      updatedAt: now,
      finishedAt: null,
      liveRows: null,
      newRows: null,
      same: null,
    };
    await this.#table.insert(row);
    return row;
  }

  async note(rebuildId: string, changes: Partial<RebuildRow>): Promise<void> {
    const updatedAt = this.clock.now();
    const ended = changes.state === undefined ? {} : { finishedAt: updatedAt };
    await this.#table.update({ rebuildId }, { ...changes, ...ended, updatedAt });
  }

  async latest(): Promise<ProjectionRebuild | undefined> {
    return this.#view(async () => {
      const [row] = await this.#table.find({
        where: { projection },
        order: { startedAt: 'DESC' },
        take: 1,
      });
      return row;
    });
  }

  find(rebuildId: string): Promise<ProjectionRebuild | undefined> {
    return this.#view(() => this.#table.findOneBy({ projection, rebuildId }));
  }

  /** Read again where nobody works any more: whoever ended it said so before letting go of the lock. */
  async #view(
    read: () => Promise<RebuildRow | null | undefined>,
  ): Promise<ProjectionRebuild | undefined> {
    const row = await read();
    if (!row) return undefined;
    if (row.state !== 'running' || (await this.#isAlive())) return rebuildView(row, true);
    return rebuildView((await read()) ?? row, false);
  }

  get #table() {
    return this.rows.getRepository(RebuildTable);
  }

  #isAlive(): Promise<boolean> {
    return isSessionLockHeld(this.database, lockName);
  }
}
