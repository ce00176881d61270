import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import {
  ADVISORY_CLASS,
  Clock,
  Database,
  Log,
  type Queryable,
  PeriodicTask,
  ServiceConfig,
} from '@tact/platform';
import { type Day, dayOf } from './assess-contacts.ts';
import { Announcements } from './announcements.ts';
import { lockProjection } from './locks.ts';
import { reassess } from './rows.ts';
import type { AssessmentSettings } from './settings.ts';
import { type ContactKey, Facts } from '../facts/facts.ts';
import { foldLongCells } from './aggregates/cells.ts';
import { mayBeKept } from '../exclusions/training-exclusions.ts';
import { forgetHistory } from './history/likelihood-history.ts';

const ROWS_AT_ONCE = 100;

/** Silence counts: every day, the likelihoods that time alone can change are assessed again. */
@Injectable()
export class Ageing {
  constructor(
    private readonly database: Database,
    private readonly announcements: Announcements,
    private readonly facts: Facts,
    private readonly clock: Clock,
  ) {}

  /** Assesses every row that is older than today and can change, in small transactions; says how many. */
  async age(signal: AbortSignal = new AbortController().signal): Promise<number> {
    const today = dayOf(this.clock.now());
    let aged = 0;
    while (!signal.aborted) {
      const rows = await this.database.transaction((tx) => this.#ageSome(tx, today, signal));
      aged += rows;
      if (rows < ROWS_AT_ONCE) break;
    }
    await forgetHistory(this.database.queryable, today);
    await foldLongCells(this.database);
    return aged;
  }

  async #ageSome(tx: Queryable, today: Day, signal: AbortSignal): Promise<number> {
    // One instance does it: others find the lock taken and leave.
    const [lock] = await tx.query<{ mine: boolean }>(
      `SELECT pg_try_advisory_xact_lock(${ADVISORY_CLASS}, hashtext('scoring ageing')) AS mine`,
    );
    if (lock?.mine !== true) return 0;
    await lockProjection(tx, 'shared');
    // A row the consumer holds is about to be written with today's date: it is passed over. One that is never written
    // again stays the oldest: were it looked at, the loop would not end and nobody else's turn would come.
    const keys = await tx.query<ContactKey>(
      `SELECT tenant_id AS "tenantId", contact_id AS "contactId" FROM block_likelihoods
       WHERE ages AND as_of_day < $1 AND ${mayBeKept('block_likelihoods')}
       ORDER BY as_of_day, tenant_id, contact_id LIMIT $2
       FOR UPDATE SKIP LOCKED`,
      [today, ROWS_AT_ONCE],
    );
    const dated = keys.map((key) => ({ ...key, day: today }));
    await reassess(tx, dated, { facts: this.facts, signal });
    await this.announcements.announce(tx, keys);
    return keys.length;
  }
}

/** Looks for rows to age as long as the service runs. */
@Injectable()
export class AgeingSchedule implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;

  constructor(ageing: Ageing, config: ServiceConfig<AssessmentSettings>, clock: Clock, log: Log) {
    this.#task = new PeriodicTask({
      everyMs: config.values.SCORING_AGEING_SECONDS * 1000,
      clock,
      run: async (signal) => {
        const contacts = await ageing.age(signal);
        if (contacts > 0) log.info({ contacts }, 'likelihoods aged by a day');
      },
      // Meanwhile a read of one contact assesses at its own time.
      log,
      complaint: 'likelihoods could not be aged',
    });
  }

  onApplicationBootstrap(): void {
    this.#task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#task.stop();
  }
}
