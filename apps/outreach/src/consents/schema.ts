export const consentsSchema = `
      CREATE TABLE consents (
        tenant_id text NOT NULL,
        contact_id text NOT NULL,
        purpose text NOT NULL,
        channel text NOT NULL,
        consent_id text NOT NULL,
        state text NOT NULL CHECK (state IN ('given', 'withdrawn')),
        at timestamptz NOT NULL,
        position bigint NOT NULL,
        PRIMARY KEY (tenant_id, contact_id, purpose, channel)
      );`;

export const suppressionsSchema = `
      CREATE TABLE suppressions (
        tenant_id text NOT NULL,
        contact_id text NOT NULL,
        scope text NOT NULL,
        ground text,
        suppressed_at timestamptz,
        lifted_at timestamptz,
        PRIMARY KEY (tenant_id, contact_id, scope)
      );`;
