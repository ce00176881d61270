import type { Migration } from '../postgres/migrations.ts';

/**
 * Alerts that were raised, and what became of the mail of each. No address and no person: who gets the mail is a
 * setting. An empty tenant means the service as a whole.
 */
export const alertMailMigrations: readonly Migration[] = [
  {
    name: 'AlertMails1764430000000',
    up: `
      CREATE TABLE alert_mails (
        mail_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id text NOT NULL,
        kind text NOT NULL,
        reason text NOT NULL,
        alert jsonb NOT NULL,
        raised_at timestamptz NOT NULL,
        closed_at timestamptz,
        state text NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'refused', 'unknown', 'given-up')),
        attempts integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        settled_at timestamptz
      );
      CREATE UNIQUE INDEX alert_mails_open ON alert_mails (tenant_id, kind, reason) WHERE closed_at IS NULL;
      CREATE INDEX alert_mails_due ON alert_mails (due_at) WHERE state IN ('waiting', 'sending');
    `,
  },
];
