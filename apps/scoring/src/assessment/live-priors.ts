import { type Priors, assumedPriors } from '@tact/domain';
import { memoryOfNobody, nobody, type Queryable } from '@tact/platform';

type Live = { readonly tenantId: string; readonly version: string };

/** Priors never change under their version, and the filter compiles each object once: as many as there are tenants. */
export const priorsMemory = memoryOfNobody<Priors>({
  name: 'models in use',
  holds: nobody,
  because: 'The numbers of each model, which many people taught it and none can be read from.',
});
const known = priorsMemory.open({ max: 1_000 });
const keyOf = ({ tenantId, version }: Live): string => `${tenantId}/${version}`;

/**
 * The model each tenant promoted, and the assumed one where nobody did. Read in the transaction that writes the
 * rows: a row is of the model that is live when it is written, in every instance alike.
 */
export const livePriors = async (
  tx: Queryable,
  asked: readonly { readonly tenantId: string }[],
): Promise<(tenantId: string) => Priors> => {
  const tenants = [...new Set(asked.map(({ tenantId }) => tenantId))];
  const live = await tx.query<Live>(
    `SELECT tenant_id AS "tenantId", version FROM models
     WHERE state = 'live' AND tenant_id = ANY($1::text[])`,
    [tenants],
    'live_models',
  );
  // Looked up once: what is read below may take the place of what is known.
  const byTenant = new Map(live.map((one) => [one.tenantId, known.get(keyOf(one))]));
  const missing = live.filter(({ tenantId }) => byTenant.get(tenantId) === undefined);
  if (missing.length > 0) {
    const rows = await tx.query<Live & { priors: Priors }>(
      `SELECT tenant_id AS "tenantId", version, priors FROM models
       JOIN unnest($1::text[], $2::text[]) AS asked (tenant_id, version) USING (tenant_id, version)`,
      [missing.map(({ tenantId }) => tenantId), missing.map(({ version }) => version)],
    );
    for (const row of rows) {
      known.set(keyOf(row), row.priors);
      byTenant.set(row.tenantId, row.priors);
    }
  }
  return (tenantId) => byTenant.get(tenantId) ?? assumedPriors;
};
