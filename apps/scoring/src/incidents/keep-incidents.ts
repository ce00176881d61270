import { Injectable } from '@nestjs/common';
import { assertNever } from '@tact/domain';
import type { ConsumedEvent, Queryable } from '@tact/platform';

export type IncidentChange = ConsumedEvent<'IncidentOpened' | 'IncidentClosed'>;

const rowOf = (event: IncidentChange) => {
  const { tenantId, incidentId, cause, from } = event.data;
  const row = { tenant_id: tenantId, incident_id: incidentId, cause, started_at: from };
  switch (event.type) {
    case 'IncidentOpened':
      return { ...row, messages: event.data.messages, stuck: event.data.stuck };
    case 'IncidentClosed':
      return { ...row, messages: 0, stuck: 0, ended_at: event.data.until };
    default:
      return assertNever(event);
  }
};

/**
 * Keeps the incidents ingestion tells of: found by the cohort monitor, or declared by the business. Gives the tenants
 * they concern: what is censored changes every likelihood of theirs.
 */
@Injectable()
export class KeepIncidents {
  async keep(tx: Queryable, events: readonly IncidentChange[]): Promise<readonly string[]> {
    const rows = events.map(rowOf);
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
