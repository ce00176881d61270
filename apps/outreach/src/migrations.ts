import type { Migration } from '@tact/platform';

/** Append-only: a migration that was released is never edited. */
export const outreachMigrations: readonly Migration[] = [
  {
    name: 'Consents1764000000000',
    up: `
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
      );`,
  },
  {
    name: 'Suppressions1764100020000',
    up: `
      CREATE TABLE suppressions (
        tenant_id text NOT NULL,
        contact_id text NOT NULL,
        scope text NOT NULL,
        ground text,
        suppressed_at timestamptz,
        lifted_at timestamptz,
        PRIMARY KEY (tenant_id, contact_id, scope)
      );`,
  },
];
