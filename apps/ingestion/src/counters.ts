import { Injectable } from '@nestjs/common';
import { Clock, Database } from '@tact/platform';
import type { SkipReason } from './receive-webhooks/reading/parts.ts';

/** Why a part of a webhook had no effect: it could not be read, or the person is not to be analysed. */
export type WithoutEffect =
  | SkipReason
  | 'contact-unknown'
  | 'consent-missing'
  | 'contact-erased'
  | 'waits-for-message'
  | 'message-never-came'
  | 'waits-for-its-time'
  | 'timestamp-in-future';

/** Counts what had no effect, by day and reason. Numbers only: nothing of the part itself is kept. */
@Injectable()
export class WithoutEffectCounters {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async add(tenantId: string, reasons: readonly WithoutEffect[]): Promise<void> {
    if (reasons.length === 0) return;
    await this.database.queryable.query(
      `INSERT INTO parts_without_effect AS counter (tenant_id, day, reason, parts)
       SELECT $1, $3::date, reason, count(*) FROM unnest($2::text[]) AS reason GROUP BY reason
       ORDER BY reason
       ON CONFLICT (tenant_id, day, reason) DO UPDATE SET parts = counter.parts + excluded.parts`,
      [tenantId, reasons, this.clock.now().toISOString().slice(0, 10)],
    );
  }
}
