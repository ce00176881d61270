import { Injectable } from '@nestjs/common';
import { isJudged } from '@tact/domain';
import {
  Clock,
  Database,
  EventStore,
  type Queryable,
  type StreamAppend,
  ServiceConfig,
  Vault,
} from '@tact/platform';
import { HOUR_MS, DAY_MS } from '@tact/contracts';
import type { SignalsSettings } from './settings.ts';
import type { AttributedSignal, Recorded } from './attributed-signal.ts';

/** Failures of one code in two windows, the ones just told of (`added`) included. */
type Count = {
  readonly code: number;
  readonly added: number;
  readonly inFloodWindow: number;
  readonly today: number;
};

const FLOOD_WINDOW_MS = 12 * HOUR_MS;
const KEPT_MS = 30 * DAY_MS;

/** Whether these were the failures that went over the limit. */
const crosses = (total: number, { added, max }: { added: number; max: number }): boolean =>
  total > max && total - added <= max;

/** The present and the limits a count is judged by. */
@Injectable()
export class CodesNow {
  constructor(
    private readonly clock: Clock,
    private readonly config: ServiceConfig<SignalsSettings>,
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
 * contacts: its automatic effects are suspended, and a human is alerted. So is a code that nobody has judged yet,
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
    facts: readonly AttributedSignal[],
    record: (facts: readonly AttributedSignal[]) => Promise<Recorded[]>,
  ): Promise<Recorded[]> {
    const codeOf = new Map(
      facts.flatMap(({ eventId, signal: { code } }) =>
        code === undefined ? [] : [[eventId, code] as const],
      ),
    );
    if (codeOf.size === 0) return record(facts);
    const flooding = await this.#flooding(tenantId, [...codeOf.values()]);
    const results = await record(
      facts.map((fact) =>
        flooding.has(fact.signal.code ?? 0)
          ? { ...fact, signal: { ...fact.signal, effectSuspended: true } }
          : fact,
      ),
    );
    // A repeated webhook is no growth: only what was not known is counted.
    const fresh = facts.filter((_, nth) => results[nth] === 'recorded');
    const codes = fresh.flatMap(({ signal: { code } }) => (code === undefined ? [] : [code]));
    if (codes.length > 0) await this.store.transaction((tx) => this.#count(tx, tenantId, codes));
    return results;
  }

  /** Codes that flood by what was counted, and codes that flood in one webhook all by themselves. */
  async #flooding(tenantId: string, codes: readonly number[]): Promise<ReadonlySet<number>> {
    const { instant, floodMax } = this.now;
    const atOnce = [...Map.groupBy(codes, (code) => code)];
    const rows = await this.database.queryable.query<{ code: number }>(
      `SELECT code FROM error_codes
       WHERE tenant_id = $1 AND code = ANY ($2) AND hour > $3
       GROUP BY code HAVING sum(failures) > $4`,
      [tenantId, atOnce.map(([code]) => code), new Date(instant - FLOOD_WINDOW_MS), floodMax],
    );
    const floods = atOnce.filter(([, same]) => same.length > floodMax).map(([code]) => code);
    return new Set([...floods, ...rows.map(({ code }) => code)]);
  }

  /**
   * Counts and tells in one transaction: an alarm that is lost after its count is an alarm that never comes. The row of
   * the hour is locked, so of all who count at once exactly one sees the limit crossed.
   */
  async #count(tx: Queryable, tenantId: string, codes: readonly number[]): Promise<void> {
    const { instant, floodMax, unknownMax } = this.now;
    const counts = await tx.query<Count>(
      `WITH told AS (
         SELECT code, count(*)::int AS added FROM unnest($2::integer[]) AS code GROUP BY code
       ), counted AS (
         INSERT INTO error_codes AS known (tenant_id, code, hour, failures)
         SELECT $1, code, $3::timestamptz, added FROM told ORDER BY code
         ON CONFLICT (tenant_id, code, hour)
         DO UPDATE SET failures = known.failures + excluded.failures RETURNING code, failures
       )
       SELECT code, added,
         (failures + coalesce(sum(e.earlier) FILTER (WHERE e.hour > $4::timestamptz), 0))::int AS "inFloodWindow",
         (failures + coalesce(sum(e.earlier) FILTER (WHERE e.hour >= $5::timestamptz), 0))::int AS today
       FROM told JOIN counted USING (code)
       LEFT JOIN LATERAL (
         SELECT hour, failures AS earlier FROM error_codes
         WHERE tenant_id = $1 AND code = told.code AND hour < $3::timestamptz AND hour >= least($4::timestamptz, $5::timestamptz)
       ) AS e ON true
       GROUP BY code, added, failures`,
      [
        tenantId,
        codes,
        new Date(instant - (instant % HOUR_MS)),
        new Date(instant - FLOOD_WINDOW_MS),
        new Date(instant - (instant % DAY_MS)),
      ],
    );
    const appends = counts.flatMap(({ code, added, inFloodWindow, today }) => [
      ...(crosses(inFloodWindow, { added, max: floodMax })
        ? [this.#tell(tenantId, 'error-code-flood', { code, count: inFloodWindow })]
        : []),
      ...(!isJudged(code) && crosses(today, { added, max: unknownMax })
        ? [this.#tell(tenantId, 'error-code-unknown', { code, count: today })]
        : []),
    ]);
    if (appends.length > 0) await this.store.appendIn(tx, appends);
    // Old hours weigh nothing any more.
    await tx.query(
      'DELETE FROM error_codes WHERE tenant_id = $1 AND code = ANY ($2) AND hour < $3',
      [tenantId, codes, new Date(instant - KEPT_MS)],
    );
  }

  #tell(
    tenantId: string,
    kind: 'error-code-flood' | 'error-code-unknown',
    { code, count }: { readonly code: number; readonly count: number },
  ): StreamAppend {
    const { instant } = this.now;
    const occurredAt = new Date(instant).toISOString();
    const data = { tenantId, kind, occurredAt, code, count };
    const day = occurredAt.slice(0, kind === 'error-code-flood' ? 13 : 10);
    const id = this.vault.factId(tenantId, kind, code, day);
    return {
      stream: `sender-${tenantId}`,
      expected: 'any',
      events: [{ id, type: 'SenderSignalRecorded', time: occurredAt, data }],
      context: { tenantId, subject: tenantId },
    };
  }
}
