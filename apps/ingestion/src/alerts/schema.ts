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

/** They are rows of the platform's alerts, like those of every other part. */
export const growthAlertsMoved = `
INSERT INTO alerts (alert_id, tenant_id, kind, about, count, since, until, looked)
SELECT 'al_' || md5(tenant_id || ' ' || reason || ' ' || since::text), tenant_id, 'without-effect-grows',
  reason, parts, since, until, false FROM growth_alerts;
DROP TABLE growth_alerts;`;
