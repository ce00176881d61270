import type { Migration } from '@tact/platform';
import { dropJobsSchema, messagesSchema } from './whatsapp/lifecycle/schema.ts';
import { growthAlertsMoved, growthAlertsSchema } from './alerts/schema.ts';
import { errorCodesSchema } from './signals/error-codes.table.ts';
import { cohortSchema } from './cohort/schema.ts';
import { factsAheadSchema } from './signals/facts-ahead/schema.ts';
import { importJobsSchema, importSchema } from './imports/schema.ts';

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
  {
    // Who is shut out whatever was agreed to: objections, by their time, and the fence, for ever.
    name: 'SuppressionsAndFence1764100009000',
    up: `
      CREATE TABLE signal_suppressions (
        tenant_id text NOT NULL,
        contact_id text NOT NULL,
        suppressed_at timestamptz,
        lifted_at timestamptz,
        PRIMARY KEY (tenant_id, contact_id)
      );
      CREATE TABLE fenced_contacts (
        tenant_id text NOT NULL,
        contact_id text NOT NULL,
        PRIMARY KEY (tenant_id, contact_id)
      );
      CREATE TABLE gate_freshness (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        fresh_at timestamptz NOT NULL
      );`,
  },
  { name: 'Messages1764100010000', up: messagesSchema },
  { name: 'ErrorCodes1764100011000', up: errorCodesSchema },
  { name: 'CohortMonitor1764170000000', up: cohortSchema },
  { name: 'Imports1764000300000', up: importSchema },
  {
    // The gate's keys are compared with those of the vault, which are "C": of another collation, no index serves.
    name: 'GateKeysAsTheVaults1764400001000',
    up: ['signal_consents', 'signal_suppressions', 'fenced_contacts']
      .map(
        (table) => `ALTER TABLE ${table} ALTER COLUMN tenant_id TYPE text COLLATE "C",
          ALTER COLUMN contact_id TYPE text COLLATE "C";`,
      )
      .join('\n'),
  },
  { name: 'FactsAhead1764418900000', up: factsAheadSchema },
  { name: 'GrowthAlerts1764419000000', up: growthAlertsSchema },
  { name: 'ImportsAsJobs1764420100000', up: importJobsSchema },
  { name: 'DroppedMessagesAsJobs1764420200000', up: dropJobsSchema },
  { name: 'GrowthAlertsMoved1764420300000', up: growthAlertsMoved },
];
