import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { type Alert, WithoutEffect, withoutEffectTexts } from '@tact/contracts';
import { Alerts, Clock, Database, Log, Rounds } from '@tact/platform';
import { isOpenAfter } from './growth.ts';

type Counted = {
  readonly tenantId: string;
  readonly reason: string;
  readonly recent: number;
  readonly earlier: number;
  readonly isOpen: boolean;
};

type Row = {
  readonly reason: string;
  readonly since: Date;
  readonly until: Date | null;
  readonly parts: number;
};

const everyMs = 60_000;
const hourMs = 3_600_000;
const weekHours = 7 * 24;
const keptMs = 90 * 24 * hourMs;
const closedShownMax = 20;

/** Raises an alert when parts without effect of one reason grow beyond their own usual, and closes it again. */
@Injectable()
export class GrowthAlerts implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: Rounds;

  constructor(
    private readonly database: Database,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.#rounds = new Rounds({
      ...{ everyMs, log, complaint: 'alerts could not be looked after' },
      round: () => this.look(clock.now()),
    });
  }

  onApplicationBootstrap(): void {
    this.alerts.add((tenantId) => this.of(tenantId));
    this.#rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#rounds.stop();
  }

  /** One look at all tenants. Several processes may look at once: an open alert is one row. */
  async look(now: Date): Promise<void> {
    const hour = now.getTime() - (now.getTime() % hourMs);
    const recentFrom = new Date(hour - hourMs);
    const earlierFrom = new Date(recentFrom.getTime() - weekHours * hourMs);
    const counted = await this.database.queryable.query<Counted>(
      `SELECT tenant_id AS "tenantId", reason, coalesce(c.recent, 0) AS recent,
         coalesce(c.earlier, 0) AS earlier, a.since IS NOT NULL AS "isOpen"
       FROM (
         SELECT tenant_id, reason, sum(parts) FILTER (WHERE hour >= $1)::float8 AS recent,
           sum(parts) FILTER (WHERE hour < $1)::float8 AS earlier
         FROM parts_without_effect WHERE hour >= $2 GROUP BY tenant_id, reason
       ) AS c
       FULL JOIN (SELECT * FROM growth_alerts WHERE until IS NULL) AS a USING (tenant_id, reason)`,
      [recentFrom, earlierFrom],
    );
    for (const { tenantId, reason, recent, earlier, isOpen } of counted) {
      const usual = (earlier / weekHours) * 2;
      if (isOpenAfter(isOpen, { recent, usual }))
        await this.open(tenantId, { reason, recent, now });
      else if (isOpen) await this.close(tenantId, reason, now);
    }
    const old = new Date(now.getTime() - keptMs);
    await this.database.queryable.query('DELETE FROM growth_alerts WHERE until < $1', [old]);
    await this.database.queryable.query('DELETE FROM parts_without_effect WHERE hour < $1', [old]);
  }

  /** Of one tenant: the open ones, longest open first, then the latest that closed. */
  async of(tenantId: string): Promise<Alert[]> {
    const rows = await this.database.queryable.query<Row>(
      `SELECT reason, since, until, parts::int AS parts FROM growth_alerts WHERE tenant_id = $1
       ORDER BY until IS NOT NULL, CASE WHEN until IS NULL THEN since END, until DESC, reason
       LIMIT ${WithoutEffect.options.length + closedShownMax}`,
      [tenantId],
    );
    return rows.flatMap(({ reason: given, since, until, parts }): Alert[] => {
      // A reason of a version before or after this one has no words here.
      const reason = WithoutEffect.safeParse(given).data;
      if (reason === undefined) return [];
      const { why, todo } = withoutEffectTexts[reason];
      return [
        {
          ...{ kind: 'without-effect-grows', reason, count: parts, what: why, todo },
          ...{ state: until === null ? 'open' : 'closed', since: since.toISOString() },
          ...(until === null ? {} : { until: until.toISOString() }),
        },
      ];
    });
  }

  private async open(
    tenantId: string,
    { reason, recent, now }: { reason: string; recent: number; now: Date },
  ): Promise<void> {
    await this.database.queryable.query(
      `INSERT INTO growth_alerts (tenant_id, reason, since, parts) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id, reason) WHERE until IS NULL DO UPDATE SET parts = excluded.parts`,
      [tenantId, reason, now, Math.round(recent)],
    );
  }

  private async close(tenantId: string, reason: string, now: Date): Promise<void> {
    await this.database.queryable.query(
      `UPDATE growth_alerts SET until = $3 WHERE tenant_id = $1 AND reason = $2 AND until IS NULL`,
      [tenantId, reason, now],
    );
  }
}
