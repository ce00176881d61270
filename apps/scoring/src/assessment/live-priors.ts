import { type Priors, assumedPriors } from '@tact/domain';
import type { Queryable } from '@tact/platform';

type Live = { readonly tenantId: string; readonly version: string };

/** Priors never change under their version, and the filter compiles each object once: as many as there are tenants. */
const known = new Map<string, Priors>();
const KNOWN_MAX = 1_000;
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
  const missing = live.filter((one) => !known.has(keyOf(one)));
  if (missing.length > 0) {
    const rows = await tx.query<Live & { priors: Priors }>(
      `SELECT tenant_id AS "tenantId", version, priors FROM models
       JOIN unnest($1::text[], $2::text[]) AS asked (tenant_id, version) USING (tenant_id, version)`,
      [missing.map(({ tenantId }) => tenantId), missing.map(({ version }) => version)],
    );
    if (known.size + rows.length > KNOWN_MAX) known.clear();
    for (const row of rows) known.set(keyOf(row), row.priors);
  }
  // Looked up now: the next caller may clear what is kept.
  const byTenant = new Map(live.map((one) => [one.tenantId, known.get(keyOf(one))]));
  return (tenantId) => byTenant.get(tenantId) ?? assumedPriors;
};
