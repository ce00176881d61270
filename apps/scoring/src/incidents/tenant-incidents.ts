import type { CensoredWindow } from '@tact/domain';
import type { Queryable } from '@tact/platform';

type Row = { readonly tenantId: string; readonly startedAt: Date; readonly endedAt: Date | null };

/** The incidents of each tenant, as they are known now; one that lasts has no end yet. */
export const incidentsOf = async (
  tx: Queryable,
  asked: readonly { readonly tenantId: string }[],
): Promise<(tenantId: string) => readonly CensoredWindow[]> => {
  const rows = await tx.query<Row>(
    `SELECT tenant_id AS "tenantId", started_at AS "startedAt", ended_at AS "endedAt" FROM incidents
     WHERE tenant_id = ANY($1::text[]) ORDER BY tenant_id, started_at, incident_id`,
    [[...new Set(asked.map(({ tenantId }) => tenantId))]],
    'incidents_of_tenants',
  );
  const byTenant = Map.groupBy(rows, ({ tenantId }) => tenantId);
  return (tenantId) =>
    (byTenant.get(tenantId) ?? []).map(({ startedAt, endedAt }) => ({
      from: startedAt.getTime(),
      until: endedAt?.getTime() ?? Infinity,
    }));
};
