import { Injectable } from '@nestjs/common';
import { isErased } from '@tact/contracts';
import { answersMessage, provesSending } from '@tact/domain';
import type { ProjectedEvent, Projection, Queryable } from '@tact/platform';

const types = ['SignalRecorded'] as const;
type Recorded = ProjectedEvent<(typeof types)[number]>;

const hourMs = 3_600_000;

const rowOf = ({ tenantid, data, time }: Recorded) => {
  const { kind, contactId, messageRef, occurredAt, origin, backfill } = data;
  if (messageRef === undefined || !provesSending.has(kind)) return [];
  const isAnswer = answersMessage.has(kind);
  // What is told of the past, in any order, would look stuck between two lines.
  if (backfill === true || origin === 'crm-import' || isErased(occurredAt)) return [];
  const instant = Date.parse(time);
  const hour = new Date(instant - (instant % hourMs)).toISOString();
  return [
    {
      ...{ tenant_id: tenantid, message_ref: messageRef, contact_id: contactId },
      ...{ sent_hour: isAnswer ? null : hour, answered_hour: isAnswer ? hour : null },
    },
  ];
};

/** When each recent message of ours was sent and first answered, by the hour. From ingestion's own events. */
@Injectable()
export class CohortProjection implements Projection<(typeof types)[number]> {
  readonly name = 'cohort';
  readonly version = 1;
  readonly types = types;
  readonly restMs = 1_000;

  async handle(tx: Queryable, events: readonly Recorded[]): Promise<void> {
    const rows = events.flatMap(rowOf);
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO cohort_messages AS known
         (tenant_id, message_ref, contact_id, sent_hour, answered_hour)
       SELECT tenant_id, message_ref, min(contact_id), min(sent_hour), min(answered_hour)
       FROM json_to_recordset($1::json) AS told (tenant_id text, message_ref text, contact_id text,
         sent_hour timestamptz, answered_hour timestamptz)
       GROUP BY tenant_id, message_ref ORDER BY tenant_id, message_ref
       ON CONFLICT (tenant_id, message_ref) DO UPDATE SET
         sent_hour = least(known.sent_hour, excluded.sent_hour),
         answered_hour = least(known.answered_hour, excluded.answered_hour)`,
      [JSON.stringify(rows)],
    );
  }
}
