/**
 * What was asked of us by people whom no contact stands for: keyed fingerprints of their identities, and no text. It is
 * kept for as long as the business writes to anybody, and survives every erasure: it is how a refusal is remembered
 * without the person.
 */
export const strangersSchema = `
      CREATE TABLE wishes_of_strangers (
        tenant_id text COLLATE "C" NOT NULL,
        fingerprint bytea NOT NULL,
        asks text NOT NULL CHECK (asks IN ('stop', 'resume')),
        scope text NOT NULL,
        channel text NOT NULL,
        ground text NOT NULL,
        -- The hour: an exact instant would lead back to the person.
        received_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, fingerprint, asks, scope, channel)
      );`;
