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
  {
    // Earlier streams hold such messages as events: they are read there, and the two are counted together.
    name: 'CountedMessages1764425100000',
    up: `
      CREATE TABLE counted_messages (
        event_id uuid PRIMARY KEY,
        position bigint GENERATED ALWAYS AS IDENTITY,
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        after_version integer NOT NULL,
        hour timestamptz NOT NULL,
        category text COLLATE "C",
        data json NOT NULL
      );
      CREATE INDEX counted_messages_contact ON counted_messages (contact_id, hour);
      CREATE INDEX counted_messages_hour ON counted_messages USING brin (hour);`,
  },
];
