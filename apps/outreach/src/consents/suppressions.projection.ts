import { Injectable } from '@nestjs/common';
import { assertNever } from '@tact/domain';
import type { ProjectedEvent, Projection, Queryable } from '@tact/platform';

const types = ['ContactSuppressed', 'SuppressionLifted'] as const;
type Type = (typeof types)[number];

const rowOf = (event: ProjectedEvent<Type>): object => {
  const { contactId, scope, ground, at } = event.data;
  const key = { tenant_id: event.tenantid, contact_id: contactId, scope };
  switch (event.type) {
    case 'ContactSuppressed':
      return { ...key, ground, suppressed_at: at };
    case 'SuppressionLifted':
      // Lifts were WhatsApp's alone before they named a channel.
      return { ...key, lifted_on: { [event.data.channel ?? 'whatsapp']: at } };
    default:
      return assertNever(event);
  }
};

/** Keeps the latest suppression of each scope, and its latest lift on each channel, from outreach's own ledger. */
@Injectable()
export class SuppressionsProjection implements Projection<Type> {
  readonly name = 'suppressions';
  readonly version = 2;
  readonly types = types;
  readonly tables = ['suppressions'];

  async handle(tx: Queryable, events: readonly ProjectedEvent<Type>[]): Promise<void> {
    const rows = events.map(rowOf);
    await tx.query(
      `WITH told AS (
         SELECT tenant_id, contact_id, scope, ground, suppressed_at, coalesce(lifted_on, '{}') AS lifted_on, nth
         FROM ROWS FROM (json_to_recordset($1::json) AS (tenant_id text, contact_id text, scope text,
           ground text, suppressed_at timestamptz, lifted_on jsonb)) WITH ORDINALITY
           AS told (tenant_id, contact_id, scope, ground, suppressed_at, lifted_on, nth)
       ), lifts AS (
         SELECT tenant_id, contact_id, scope, jsonb_object_agg(channel, at) AS lifted_on
         FROM (SELECT tenant_id, contact_id, scope, lift.key AS channel, max(lift.value) AS at
               FROM told, jsonb_each_text(lifted_on) AS lift GROUP BY 1, 2, 3, 4) AS latest
         GROUP BY 1, 2, 3
       )
       INSERT INTO suppressions AS known (tenant_id, contact_id, scope, ground, suppressed_at, lifted_on)
       SELECT tenant_id, contact_id, scope,
         (array_agg(ground ORDER BY suppressed_at DESC) FILTER (WHERE ground IS NOT NULL))[1],
         max(suppressed_at), coalesce((array_agg(lifts.lifted_on))[1], '{}')
       FROM told LEFT JOIN lifts USING (tenant_id, contact_id, scope)
       GROUP BY tenant_id, contact_id, scope ORDER BY tenant_id, contact_id, scope
       ON CONFLICT (tenant_id, contact_id, scope) DO UPDATE SET
         ground = CASE WHEN known.suppressed_at IS NULL OR excluded.suppressed_at > known.suppressed_at
           THEN coalesce(excluded.ground, known.ground) ELSE known.ground END,
         suppressed_at = greatest(known.suppressed_at, excluded.suppressed_at),
         lifted_on = known.lifted_on || (
           SELECT coalesce(jsonb_object_agg(key, greatest(value, known.lifted_on ->> key)), '{}')
           FROM jsonb_each_text(excluded.lifted_on))`,
      [JSON.stringify(rows)],
    );
  }
}
