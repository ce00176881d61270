import { Injectable } from '@nestjs/common';
import { isErased, HOUR_MS } from '@tact/contracts';
import { answersMessage, isNoMessage, provesSending } from '@tact/domain';
import {
  type BuiltBeside,
  Clock,
  type ProjectedEvent,
  type Projection,
  type Queryable,
} from '@tact/platform';
import { forgottenBefore } from './cohort-counts.ts';
import { refInJson } from '../signals/message-ref-bytes.ts';

const types = ['SignalRecorded'] as const;
type Recorded = ProjectedEvent<(typeof types)[number]>;

const rowOf = ({ tenantid, data, time }: Recorded) => {
  const { kind, contactId, messageRef, occurredAt, origin, backfill } = data;
  const isNone = isNoMessage.has(kind);
  if (messageRef === undefined || !(isNone || provesSending.has(kind))) return [];
  // What is no message is stuck nowhere: as good as answered in the hour it was sent.
  const isAnswer = isNone || answersMessage.has(kind);
  // What is told of the past, in any order, would look stuck between two lines.
  if (backfill === true || origin === 'crm-import' || isErased(occurredAt)) return [];
  const instant = Date.parse(time);
  const hour = new Date(instant - (instant % HOUR_MS)).toISOString();
  return [
    {
      tenant_id: tenantid,
      message_ref: refInJson(messageRef),
      contact_id: contactId,
      sent_hour: isAnswer ? null : hour,
      answered_hour: isAnswer ? hour : null,
    },
  ];
};

/** When each recent message of ours was sent and first answered, by the hour. From ingestion's own events. */
@Injectable()
export class CohortProjection implements Projection<(typeof types)[number]> {
  readonly name = 'cohort';
  readonly version = 1;
  readonly types = types;
  readonly tables = ['cohort_messages'];
  readonly restMs = 1_000;

  constructor(private readonly clock: Clock) {}

  async handle(tx: Queryable, events: readonly Recorded[]): Promise<void> {
    const rows = events.flatMap(rowOf);
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO cohort_messages AS known
         (tenant_id, message_ref, contact_id, sent_hour, answered_hour)
       SELECT tenant_id, message_ref, min(contact_id), min(sent_hour), min(answered_hour)
       FROM json_to_recordset($1::json) AS told (tenant_id text, message_ref bytea, contact_id text,
         sent_hour timestamptz, answered_hour timestamptz)
       GROUP BY tenant_id, message_ref ORDER BY tenant_id, message_ref
       ON CONFLICT (tenant_id, message_ref) DO UPDATE SET
         sent_hour = least(known.sent_hour, excluded.sent_hour),
         answered_hour = least(known.answered_hour, excluded.answered_hour)`,
      [JSON.stringify(rows)],
    );
  }

  /** What became a count of its hour does not come back as a row of somebody. */
  async carryOver(tx: Queryable, { live, built }: BuiltBeside): Promise<void> {
    const same = 'b.tenant_id = l.tenant_id AND b.message_ref = l.message_ref';
    const old = 'coalesce(b.sent_hour, b.answered_hour) < $1';
    const before = [forgottenBefore(this.clock.now())];
    await tx.query(
      `UPDATE ${built}.cohort_messages AS b SET sent_hour = l.sent_hour, answered_hour = l.answered_hour
       FROM ${live}.cohort_messages AS l
       WHERE ${same} AND ${old} AND coalesce(l.sent_hour, l.answered_hour) >= $1`,
      before,
    );
    await tx.query(
      `DELETE FROM ${built}.cohort_messages AS b
       WHERE ${old} AND NOT EXISTS (SELECT FROM ${live}.cohort_messages AS l WHERE ${same})`,
      before,
    );
  }
}
