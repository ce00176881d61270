import { Injectable } from '@nestjs/common';
import {
  type CohortCount,
  incidentDecider,
  type IncidentEvent,
  type IncidentState,
  type JudgeCohort,
  showsStall,
} from '@tact/domain';
import {
  ADVISORY_CLASS,
  Database,
  EventStore,
  type Folded,
  type Queryable,
  type StoredEvent,
  Vault,
} from '@tact/platform';
import {
  countHours,
  countSince,
  countWindows,
  forgetPast,
  type Span,
  usualOf,
} from './cohort-counts.ts';

type Past = Folded<IncidentState> & {
  readonly incidents: readonly Span[];
};

const isMostlyStuck = ({ contacts, stuck }: CohortCount): boolean => stuck * 2 > contacts;

const spansOf = (events: readonly IncidentEvent[]): Span[] =>
  events.flatMap(({ type, data }) =>
    type === 'IncidentClosed'
      ? [{ fromMs: Date.parse(data.from), untilMs: Date.parse(data.until) }]
      : [],
  );

/**
 * Sees when most contacts of a tenant are stuck at once: then the fault is not theirs. What it reads, what it
 * decides and what it remembers of a look are one transaction, and of several processes one looks at a tenant.
 */
@Injectable()
export class CohortMonitor {
  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  /** One look at every tenant that has written to somebody of late. */
  async look(now: Date): Promise<void> {
    // One entry of the index a tenant, however many messages there are.
    const tenants = await this.database.queryable.query<{ tenantId: string }>(
      `WITH RECURSIVE tenants AS (
         (SELECT tenant_id FROM cohort_messages ORDER BY tenant_id LIMIT 1)
         UNION ALL
         SELECT (SELECT m.tenant_id FROM cohort_messages m WHERE m.tenant_id > t.tenant_id
           ORDER BY m.tenant_id LIMIT 1) FROM tenants t WHERE t.tenant_id IS NOT NULL)
       SELECT tenant_id AS "tenantId" FROM tenants WHERE tenant_id IS NOT NULL`,
    );
    for (const { tenantId } of tenants) {
      await this.store.transaction((tx) => this.#lookAt(tx, tenantId, now));
    }
  }

  async #lookAt(tx: Queryable, tenantId: string, now: Date): Promise<void> {
    const [lock] = await tx.query<{ mine: boolean }>(
      `SELECT pg_try_advisory_xact_lock(${ADVISORY_CLASS}, hashtext('cohort ' || $1)) AS mine`,
      [tenantId],
    );
    if (lock?.mine !== true) return;
    const past = await this.#pastOf(tx, tenantId);
    await this.#judge(tx, { tenantId, now, past });
    const { state, incidents } = past;
    await forgetPast(tx, tenantId, { now, keepFromMs: state.open?.fromMs, incidents });
  }

  async #pastOf(tx: Queryable, tenantId: string): Promise<Past> {
    const folded = await this.store.foldIn(tx, incidentDecider, {
      stream: `incidents-${tenantId}`,
    });
    const recorded = folded.rows.map(({ event }) => event as StoredEvent & IncidentEvent);
    return { ...folded, incidents: spansOf(recorded) };
  }

  async #judge(tx: Queryable, { tenantId, now, past }: Look): Promise<void> {
    const { version, state } = past;
    const hours = await countHours(tx, tenantId, now);
    // A stall begins in an hour in which most are stuck; its end may show in any.
    const begins = state.open === undefined ? hours.filter(isMostlyStuck) : hours;
    const fromMs = begins.map((hour) => hour.fromMs);
    const windows = await countWindows(tx, tenantId, { fromMs, now });
    const usual = await usualOf(tx, tenantId, now);
    const sinceOpen =
      state.open && (await countSince(tx, tenantId, { fromMs: state.open.fromMs, now }));
    const id = this.vault.factId(tenantId, 'cohort', version);
    const command = {
      tenantId,
      incidentId: `in_${id.replaceAll('-', '')}`,
      now,
      windows,
      hours,
      usual,
      stalledSince: await this.#suspect(tx, tenantId, {
        now,
        isStalled: showsStall({ windows, usual }, state),
      }),
      ...(sinceOpen === undefined ? {} : { sinceOpen }),
    };
    const decider = {
      ...incidentDecider,
      decide: (asked: JudgeCohort, known: IncidentState) =>
        incidentDecider
          .decide(asked, known)
          .map((event) => ({ id, time: now.toISOString(), ...event })),
    };
    const context = { tenantId, subject: tenantId };
    await this.store.transactIn(tx, decider, past, { command, commandId: id, context });
  }

  /** Remembers since when a stall has been seen; undefined while none is. */
  async #suspect(
    tx: Queryable,
    tenantId: string,
    { now, isStalled }: { readonly now: Date; readonly isStalled: boolean },
  ): Promise<Date | undefined> {
    if (!isStalled) {
      await tx.query('DELETE FROM cohort_suspicions WHERE tenant_id = $1', [tenantId]);
      return undefined;
    }
    const [row] = await tx.query<{ since: Date }>(
      `INSERT INTO cohort_suspicions AS known (tenant_id, since) VALUES ($1, $2)
       ON CONFLICT (tenant_id) DO UPDATE SET since = known.since RETURNING since`,
      [tenantId, now],
    );
    return row?.since;
  }
}

type Look = { readonly tenantId: string; readonly now: Date; readonly past: Past };
