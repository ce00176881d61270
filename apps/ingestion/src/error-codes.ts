import { Injectable } from '@nestjs/common';
import { isJudged } from '@tact/domain';
import {
  Clock,
  Database,
  EventStore,
  type StreamAppend,
  ServiceConfig,
  Vault,
} from '@tact/platform';
import type { IngestionConfig } from './config.ts';
import type { FactAbout, Recorded } from './record-facts.ts';

type Count = { readonly code: number; readonly before: number; readonly after: number };

const floodWindowMs = 12 * 3_600_000;
const dayMs = 86_400_000;

/** The present and the limits a count is judged by. */
@Injectable()
export class CodesNow {
  constructor(
    private readonly clock: Clock,
    private readonly config: ServiceConfig<IngestionConfig>,
  ) {}

  /** Milliseconds since the epoch. */
  get instant(): number {
    return this.clock.now().getTime();
  }

  get floodMax(): number {
    return this.config.values.ERROR_CODE_FLOOD_MAX;
  }

  get unknownMax(): number {
    return this.config.values.ERROR_CODE_UNKNOWN_MAX;
  }
}

/**
 * Counts error codes by tenant and hour. A code that floods a tenant says more about the tenant than about its
 * contacts: its automatic effects are suspended, and a human is told. So is a code that nobody has judged yet,
 * once it grows.
 */
@Injectable()
export class JudgeCodes {
  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly now: CodesNow,
  ) {}

  /** Records facts, those with a flooding code marked; counts what was new. Without codes it costs nothing. */
  async record(
    tenantId: string,
    facts: readonly FactAbout[],
    record: (facts: readonly FactAbout[]) => Promise<Recorded[]>,
  ): Promise<Recorded[]> {
    const codes = new Set(
      facts.flatMap(({ signal: { code } }) => (code === undefined ? [] : [code])),
    );
    if (codes.size === 0) return record(facts);
    const flooding = await this.flooding(tenantId, [...codes]);
    const results = await record(
      facts.map((fact) =>
        flooding.has(fact.signal.code ?? 0)
          ? { ...fact, signal: { ...fact.signal, effectSuspended: true } }
          : fact,
      ),
    );
    // A repeated webhook is no growth: only what was not known is counted.
    const fresh = facts.filter((_, nth) => results[nth] === 'recorded');
    await this.count(
      tenantId,
      fresh.flatMap(({ signal: { code } }) => (code === undefined ? [] : [code])),
    );
    return results;
  }

  private async flooding(tenantId: string, codes: readonly number[]): Promise<ReadonlySet<number>> {
    const { instant, floodMax } = this.now;
    const rows = await this.database.queryable.query<{ code: number }>(
      `SELECT code FROM error_codes
       WHERE tenant_id = $1 AND code = ANY ($2) AND hour > $3
       GROUP BY code HAVING sum(failures) > $4`,
      [tenantId, codes, new Date(instant - floodWindowMs), floodMax],
    );
    return new Set(rows.map(({ code }) => code));
  }

  private async count(tenantId: string, codes: readonly number[]): Promise<void> {
    if (codes.length === 0) return;
    const { instant, floodMax, unknownMax } = this.now;
    const counts = await this.database.queryable.query<Count & { window: 'flood' | 'day' }>(
      `WITH told AS (
         SELECT code, count(*) AS failures FROM unnest($2::integer[]) AS code GROUP BY code
       ), counted AS (
         INSERT INTO error_codes AS known (tenant_id, code, hour, failures)
         SELECT $1, code, date_trunc('hour', $3::timestamptz, 'UTC'), failures FROM told ORDER BY code
         ON CONFLICT (tenant_id, code, hour)
         DO UPDATE SET failures = known.failures + excluded.failures RETURNING code
       ), windows (kind, since) AS (VALUES ('flood', $4::timestamptz), ('day', $5::timestamptz))
       SELECT kind AS window, told.code, coalesce(sum(e.failures), 0)::int AS before,
         (coalesce(sum(e.failures), 0) + max(told.failures))::int AS after
       FROM windows CROSS JOIN told
       LEFT JOIN error_codes e ON e.tenant_id = $1 AND e.code = told.code AND e.hour >= since
       GROUP BY kind, told.code`,
      [
        ...[tenantId, codes, new Date(instant), new Date(instant - floodWindowMs)],
        new Date(instant - (instant % dayMs)),
      ],
    );
    const crossed = ({ before, after }: Count, max: number) => before <= max && after > max;
    const floods = counts.filter((one) => one.window === 'flood' && crossed(one, floodMax));
    const unknown = counts.filter(
      (one) => one.window === 'day' && !isJudged(one.code) && crossed(one, unknownMax),
    );
    const appends = [
      ...floods.map((one) => this.tell(tenantId, 'error-code-flood', one)),
      ...unknown.map((one) => this.tell(tenantId, 'error-code-unknown', one)),
    ];
    if (appends.length > 0) await this.store.appendMany(appends);
  }

  private tell(
    tenantId: string,
    kind: 'error-code-flood' | 'error-code-unknown',
    { code, after }: Count,
  ): StreamAppend {
    const { instant } = this.now;
    const occurredAt = new Date(instant).toISOString();
    const data = { tenantId, kind, occurredAt, code, count: after };
    const day = occurredAt.slice(0, kind === 'error-code-flood' ? 13 : 10);
    const id = this.vault.factId(tenantId, kind, code, day);
    return {
      ...{ stream: `sender-${tenantId}`, expected: 'any' },
      events: [{ id, type: 'SenderSignalRecorded', time: occurredAt, data }],
      context: { tenantId, subject: tenantId },
    };
  }
}
