import type { Migration } from '../postgres/migrations.ts';

/**
 * Mails that leave, and what became of them. Whom one goes to and what it says is sealed under the subject's key, and is
 * dropped as soon as nobody needs it to send it again.
 */
export const mailOutboxMigrations: readonly Migration[] = [
  {
    name: 'OutgoingMails1796400000002',
    up: `
      CREATE TABLE outgoing_mails (
        mail_id uuid PRIMARY KEY,
        kind text NOT NULL,
        tenant_id text COLLATE "C" NOT NULL,
        subject text COLLATE "C" NOT NULL,
        about jsonb,
        sealed text,
        state text NOT NULL CHECK (state IN
          ('waiting', 'handed-over', 'sent', 'refused', 'unknown', 'withheld', 'expired', 'erased', 'given-up')),
        why text,
        attempts integer NOT NULL DEFAULT 0,
        queued_at timestamptz NOT NULL,
        not_after timestamptz,
        settled_at timestamptz
      );
      CREATE INDEX outgoing_mails_subject ON outgoing_mails (tenant_id, subject);
      CREATE INDEX outgoing_mails_open ON outgoing_mails (state, queued_at)
        WHERE state IN ('waiting', 'handed-over', 'unknown');
      CREATE INDEX outgoing_mails_settled ON outgoing_mails (settled_at);
    `,
  },
  {
    name: 'FailingMails1796400000011',
    // Since when the server takes a mail from nobody, and until when its kind keeps it back.
    up: `
      ALTER TABLE outgoing_mails ADD COLUMN failing_since timestamptz, ADD COLUMN not_before timestamptz;
    `,
  },
  {
    name: 'TriedMails1796400000012',
    // Since when a mail is tried anew: where a person asked for it, and where its kind kept it back until then.
    up: `
      ALTER TABLE outgoing_mails ADD COLUMN tried_since timestamptz;
    `,
  },
];
