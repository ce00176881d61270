import type { Migration } from '../postgres/migrations.ts';

// Numbers, reasons and names of parts: no row is about a person. No tenant: the matter is of the service.
export const alertMigrations: readonly Migration[] = [
  {
    name: 'Alerts1764420200000',
    up: `CREATE TABLE alerts (
      alert_id text PRIMARY KEY,
      tenant_id text COLLATE "C",
      kind text NOT NULL,
      about text NOT NULL DEFAULT '',
      count bigint NOT NULL,
      since timestamptz NOT NULL,
      until timestamptz,
      -- Raised and resolved by a look at the service, not by the part whose matter it is.
      looked boolean NOT NULL
    ) WITH (fillfactor = 70);
    CREATE UNIQUE INDEX alerts_open ON alerts ((coalesce(tenant_id, '')), kind, about)
      WHERE until IS NULL;
    CREATE INDEX alerts_of_tenant ON alerts ((coalesce(tenant_id, '')), until DESC);`,
  },
];
