import type { Migration } from '../../postgres/migrations.ts';

/** Schema `access`, shared by the services: who may call. Keys are there as fingerprints only. */
export const accessMigrations: readonly Migration[] = [
  {
    name: 'ApiKeys1764000000000',
    up: `
      CREATE TABLE access.api_keys (
        key_hash bytea PRIMARY KEY CHECK (octet_length(key_hash) = 32),
        key_id text NOT NULL UNIQUE,
        tenant_id text NOT NULL,
        scopes text[] NOT NULL,
        label text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz
      );
      CREATE INDEX api_keys_tenant ON access.api_keys (tenant_id, created_at);
    `,
  },
];
