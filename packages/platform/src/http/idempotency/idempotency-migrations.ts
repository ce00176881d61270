import type { Migration } from '../../postgres/migrations.ts';

/** First answers by idempotency key, in the service's own schema. Keys and bodies are keyed fingerprints. */
export const idempotencyMigrations: readonly Migration[] = [
  {
    name: 'IdempotencyKeys1764000001000',
    up: `
      CREATE TABLE idempotency_keys (
        tenant_id text NOT NULL,
        route text NOT NULL,
        key_hash bytea NOT NULL,
        body_hash bytea NOT NULL,
        run_id uuid NOT NULL,
        lease_until timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        status integer,
        answer text,
        PRIMARY KEY (tenant_id, route, key_hash)
      );
      CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
    `,
  },
];
