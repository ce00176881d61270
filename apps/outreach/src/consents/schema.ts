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

/** A lift holds on the channel where the person spoke: the latest instant on each, RFC 3339 UTC. */
export const liftsByChannelSchema = `
      ALTER TABLE suppressions ADD COLUMN lifted_on jsonb NOT NULL DEFAULT '{}';
      UPDATE suppressions SET lifted_on = jsonb_build_object('whatsapp', lifted_at) WHERE lifted_at IS NOT NULL;
      ALTER TABLE suppressions DROP COLUMN lifted_at;`;

/** The instants of refusals stood here in clear: they are read from the ledger, where they are sealed. */
export const suppressionsDropped = `
      DROP TABLE suppressions;
      DELETE FROM checkpoints WHERE name = 'suppressions';`;

/** Receipts as they were signed, sealed under the person's key; and what each business said of itself meanwhile. */
export const consentReceiptsSchema = `
      CREATE TABLE consent_receipts (
        consent_id text COLLATE "C" PRIMARY KEY,
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        receipt text NOT NULL
      );
      CREATE TABLE tenant_statements (
        tenant_id text COLLATE "C" NOT NULL,
        since_position bigint NOT NULL,
        until_position bigint NOT NULL,
        statement jsonb NOT NULL,
        PRIMARY KEY (tenant_id, since_position)
      );`;
