import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HOUR_MS, DAY_MS } from '@tact/contracts';
import { Clock, Database, Log, RaisedAlerts, PeriodicTask } from '@tact/platform';
import { isOpenAfter } from './growth.ts';

type Counted = {
  readonly tenantId: string;
  readonly reason: string;
  readonly recent: number;
  readonly earlier: number;
  readonly isOpen: boolean;
};

const EVERY_MS = 60_000;
const WEEK_HOURS = 7 * 24;
const KEPT_MS = 90 * DAY_MS;
const kind = 'without-effect-grows';

/** Raises an alert when parts without effect of one reason grow beyond their own usual, and closes it again. */
@Injectable()
export class GrowthAlerts implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;

  constructor(
    private readonly database: Database,
    private readonly alerts: RaisedAlerts,
    clock: Clock,
    log: Log,
  ) {
    this.#task = new PeriodicTask({
      everyMs: EVERY_MS,
      clock,
      log,
      complaint: 'alerts could not be looked after',
      run: () => this.look(clock.now()),
    });
  }

  onApplicationBootstrap(): void {
    this.#task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#task.stop();
  }

  /** One look at all tenants. Several processes may look at once: an open alert is one row. */
  async look(now: Date): Promise<void> {
    const hour = now.getTime() - (now.getTime() % HOUR_MS);
    const recentFrom = new Date(hour - HOUR_MS);
    const earlierFrom = new Date(recentFrom.getTime() - WEEK_HOURS * HOUR_MS);
    const counted = await this.database.queryable.query<Counted>(
      `SELECT tenant_id AS "tenantId", reason, coalesce(c.recent, 0) AS recent,
         coalesce(c.earlier, 0) AS earlier, a.since IS NOT NULL AS "isOpen"
       FROM (
         SELECT tenant_id, reason, sum(parts) FILTER (WHERE hour >= $1)::float8 AS recent,
           sum(parts) FILTER (WHERE hour < $1)::float8 AS earlier
         FROM parts_without_effect WHERE hour >= $2 GROUP BY tenant_id, reason
       ) AS c
       FULL JOIN (
         SELECT tenant_id, about AS reason, since FROM alerts WHERE until IS NULL AND kind = '${kind}'
       ) AS a USING (tenant_id, reason)`,
      [recentFrom, earlierFrom],
    );
    for (const { tenantId, reason, recent, earlier, isOpen } of counted) {
      const usual = (earlier / WEEK_HOURS) * 2;
      const isToBeOpen = isOpenAfter(isOpen, { recent, usual });
      if (!isToBeOpen && !isOpen) continue;
      const matter = { tenantId, kind, about: reason } as const;
      await this.alerts.within((tx) =>
        isToBeOpen
          ? this.alerts.raise(tx, matter, { count: Math.round(recent), since: now })
          : this.alerts.resolve(tx, matter, now),
      );
    }
    const old = new Date(now.getTime() - KEPT_MS);
    await this.database.queryable.query('DELETE FROM parts_without_effect WHERE hour < $1', [old]);
  }
}
