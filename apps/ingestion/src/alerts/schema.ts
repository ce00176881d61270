/** Counts of parts without effect become hourly, and the reasons that grow are matters for a person. */
export const growthAlertsSchema = `
ALTER TABLE parts_without_effect RENAME COLUMN day TO hour;
ALTER TABLE parts_without_effect ALTER COLUMN hour TYPE timestamptz USING hour::timestamp AT TIME ZONE 'UTC';
CREATE TABLE growth_alerts (
  tenant_id text NOT NULL,
  reason text NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz,
  parts bigint NOT NULL,
  PRIMARY KEY (tenant_id, reason, since)
);
CREATE UNIQUE INDEX growth_alerts_open ON growth_alerts (tenant_id, reason) WHERE until IS NULL;`;
