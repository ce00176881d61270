import { Injectable } from '@nestjs/common';
import { type WithoutEffect, HOUR_MS } from '@tact/contracts';
import { Clock, Database, Metrics } from '@tact/platform';

/** Counts what had no effect, by hour and reason. Numbers only: nothing of the part itself is kept. */
@Injectable()
export class WithoutEffectCounters {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  async add(tenantId: string, reasons: readonly WithoutEffect[]): Promise<void> {
    if (reasons.length === 0) return;
    const now = this.clock.now().getTime();
    await this.database.queryable.query(
      `INSERT INTO parts_without_effect AS counter (tenant_id, hour, reason, parts)
       SELECT $1, $3::timestamptz, reason, count(*) FROM unnest($2::text[]) AS reason GROUP BY reason
       ORDER BY reason
       ON CONFLICT (tenant_id, hour, reason) DO UPDATE SET parts = counter.parts + excluded.parts`,
      [tenantId, reasons, new Date(now - (now % HOUR_MS))],
    );
    for (const reason of reasons) this.#counted.inc({ reason });
  }

  get #counted() {
    return this.metrics.counter(
      'tact_parts_without_effect_total',
      'Parts of webhooks, and lines, that were taken and changed nothing.',
      ['reason'],
    );
  }
}
