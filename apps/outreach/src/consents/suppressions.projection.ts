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
      return { ...key, lifted_at: at };
    default:
      return assertNever(event);
  }
};

/** Keeps the latest suppression and the latest lift of each scope, from outreach's own ledger. */
@Injectable()
export class SuppressionsProjection implements Projection<Type> {
  readonly name = 'suppressions';
  readonly version = 1;
  readonly types = types;
  readonly tables = ['suppressions'];

  async handle(tx: Queryable, events: readonly ProjectedEvent<Type>[]): Promise<void> {
    const rows = events.map(rowOf);
    await tx.query(
      `INSERT INTO suppressions AS known (tenant_id, contact_id, scope, ground, suppressed_at, lifted_at)
       SELECT tenant_id, contact_id, scope,
         (array_agg(ground ORDER BY suppressed_at DESC) FILTER (WHERE ground IS NOT NULL))[1],
         max(suppressed_at), max(lifted_at)
       FROM json_to_recordset($1::json) AS told (tenant_id text, contact_id text, scope text,
         ground text, suppressed_at timestamptz, lifted_at timestamptz)
       GROUP BY tenant_id, contact_id, scope ORDER BY tenant_id, contact_id, scope
       ON CONFLICT (tenant_id, contact_id, scope) DO UPDATE SET
         ground = CASE WHEN known.suppressed_at IS NULL OR excluded.suppressed_at > known.suppressed_at
           THEN coalesce(excluded.ground, known.ground) ELSE known.ground END,
         suppressed_at = greatest(known.suppressed_at, excluded.suppressed_at),
         lifted_at = greatest(known.lifted_at, excluded.lifted_at)`,
      [JSON.stringify(rows)],
    );
  }
}
