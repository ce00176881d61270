import type { Migration } from '@tact/platform';
import { importSchema } from './import-schema.ts';

/** Append-only: a migration that was released is never edited. */
export const ingestionMigrations: readonly Migration[] = [
  {
    name: 'ConsentGateAndCounters1764000000000',
    up: `
      CREATE TABLE signal_consents (
        tenant_id text NOT NULL,
        contact_id text NOT NULL,
        state text NOT NULL CHECK (state IN ('given', 'withdrawn')),
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, contact_id)
      );
      CREATE TABLE parts_without_effect (
        tenant_id text NOT NULL,
        day date NOT NULL,
        reason text NOT NULL,
        parts bigint NOT NULL,
        PRIMARY KEY (tenant_id, day, reason)
      );`,
  },
  { name: 'Imports1764000300000', up: importSchema },
];
