import { Injectable } from '@nestjs/common';
import { type EventDataOf, isErased } from '@tact/contracts';
import type { ProjectedEvent, Projection, Queryable } from '@tact/platform';

type Signal = EventDataOf<'SignalRecorded'>;

const hourMs = 3_600_000;

/** An answer of whatever kind: the message is no longer stuck. */
const answers = new Set<Signal['kind']>([
  'message-delivered',
  'message-read',
  'message-played',
  'message-failed',
]);

const rowOf = ({ type, tenantid, data, time }: ProjectedEvent) => {
  if (type !== 'SignalRecorded') return [];
  const { kind, contactId, messageRef, occurredAt, origin, backfill } = data as Signal;
  const isSent = kind === 'message-sent';
  if (messageRef === undefined || !(isSent || answers.has(kind))) return [];
  // What is told of the past, in any order, would look stuck between two lines.
  if (backfill === true || origin === 'crm-import' || isErased(occurredAt)) return [];
  const instant = Date.parse(time);
  const hour = new Date(instant - (instant % hourMs)).toISOString();
  return [
    {
      ...{ tenant_id: tenantid, message_ref: messageRef, contact_id: contactId },
      ...{ sent_hour: isSent ? hour : null, answered_hour: isSent ? null : hour },
    },
  ];
};

/** When each recent message of ours was sent and first answered, by the hour. From ingestion's own events. */
@Injectable()
export class CohortProjection implements Projection {
  readonly name = 'cohort';
  readonly version = 1;
  readonly restMs = 1_000;

  async handle(tx: Queryable, events: readonly ProjectedEvent[]): Promise<void> {
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
