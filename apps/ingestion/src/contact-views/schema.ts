/**
 * What outreach's ledger told of a person: the latest word of each sort, by its own time. What ingestion heard itself is
 * in the person's stream and is not kept a second time. Nothing here is sealed, for nothing of it is personal; a fence
 * deletes the person's.
 */
export const ledgerWordsSchema = `
      CREATE TABLE ledger_words (
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        said text COLLATE "C" NOT NULL
          CHECK (said IN ('given', 'witnessed', 'withdrawn', 'suppressed', 'lifted', 'taken-over')),
        -- The purpose of a consent, the scope of a suppression, the contact that something was taken over from.
        about text COLLATE "C" NOT NULL,
        -- Of a suppression none, for it stands on all of them.
        channel text COLLATE "C" NOT NULL,
        at timestamptz NOT NULL,
        ground text,
        -- What was taken over.
        carried jsonb,
        PRIMARY KEY (tenant_id, contact_id, said, about, channel)
      );`;

/** What the person did by an act of their own is told apart from what a file or a key says of them. */
export const ownLedgerWordsSchema = `
      ALTER TABLE ledger_words DROP CONSTRAINT ledger_words_said_check;
      ALTER TABLE ledger_words ADD CONSTRAINT ledger_words_said_check CHECK (said IN
        ('given', 'witnessed', 'confirmed', 'withdrawn', 'left', 'suppressed', 'lifted', 'taken-over'));`;
