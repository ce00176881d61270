import { Injectable } from '@nestjs/common';
import type { EventDataOf } from '@tact/contracts';
import type { ConsumedEvent, Queryable } from '@tact/platform';

type Opened = EventDataOf<'IncidentOpened'>;
type Closed = EventDataOf<'IncidentClosed'>;

export const incidentTypes: readonly string[] = ['IncidentOpened', 'IncidentClosed'];

/**
 * Keeps the incidents ingestion tells of: found by the cohort monitor, or declared by the business. Gives the tenants
 * they concern: what is censored changes every likelihood of theirs.
 */
@Injectable()
export class KeepIncidents {
  async keep(tx: Queryable, events: readonly ConsumedEvent[]): Promise<readonly string[]> {
    const rows = events.map(({ type, data }) => {
      const told = data as Opened & Partial<Closed>;
      const row = { tenant_id: told.tenantId, incident_id: told.incidentId, cause: told.cause };
      const counts = { messages: told.messages ?? 0, stuck: told.stuck ?? 0 };
      return {
        ...{ ...row, ...counts, started_at: told.from },
        ...(type === 'IncidentClosed' ? { ended_at: told.until } : {}),
      };
    });
    if (rows.length === 0) return [];
    await tx.query(
      `INSERT INTO incidents AS known
         (tenant_id, incident_id, cause, started_at, ended_at, messages, stuck)
       SELECT tenant_id, incident_id, min(cause), min(started_at), max(ended_at), max(messages), max(stuck)
       FROM json_to_recordset($1::json) AS told (tenant_id text, incident_id text, cause text,
         started_at timestamptz, ended_at timestamptz, messages integer, stuck integer)
       GROUP BY tenant_id, incident_id ORDER BY tenant_id, incident_id
       ON CONFLICT (tenant_id, incident_id) DO UPDATE SET
         ended_at = coalesce(excluded.ended_at, known.ended_at),
         messages = greatest(known.messages, excluded.messages),
         stuck = greatest(known.stuck, excluded.stuck)`,
      [JSON.stringify(rows)],
    );
    return rows.map((row) => row.tenant_id);
  }
}
