/** Asked for by mail: what of, and until when. No address and no link is in it. */
export const confirmationsSchema = `
      CREATE TABLE confirmations (
        confirmation_id text COLLATE "C" PRIMARY KEY,
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        purpose text NOT NULL,
        channel text NOT NULL,
        notice_id text COLLATE "C" NOT NULL,
        asked_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        confirmed_at timestamptz,
        consent_id text COLLATE "C"
      );
      CREATE INDEX confirmations_contact ON confirmations (tenant_id, contact_id, asked_at);`;

/** What a confirmation that waits for its answer hangs on: the address that was asked, and what was withdrawn by then. */
export const askedAddressesSchema = `
      ALTER TABLE confirmations
        ADD COLUMN address_ref text COLLATE "C" NOT NULL DEFAULT 'none',
        ADD COLUMN withdrawn text COLLATE "C" NOT NULL DEFAULT 'never';`;

/** What is old is found by its age, and forgotten. */
export const confirmationsByAgeSchema = `
      CREATE INDEX confirmations_age ON confirmations (asked_at);`;
