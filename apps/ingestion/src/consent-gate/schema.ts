export const consentsSchema = `
      CREATE TABLE signal_consents (
        tenant_id text NOT NULL,
        contact_id text NOT NULL,
        state text NOT NULL CHECK (state IN ('given', 'withdrawn')),
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, contact_id)
      );`;

/** Who is shut out whatever was agreed to: objections, by their time, and the fence, for ever. */
export const suppressionsSchema = `
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
      );`;

/**
 * Earlier versions took a word that lets us write again for one that lets us analyse again. Only an agreement that was
 * heard from the person does: what is kept of such lifts opens nothing any more.
 */
export const liftsForgotten = `
      UPDATE signal_suppressions SET lifted_at = NULL WHERE lifted_at IS NOT NULL;`;

/** Of what one of two contacts agreed to and the other did not, no agreement is known since they are one. */
export const unknownConsentsSchema = `
      ALTER TABLE signal_consents DROP CONSTRAINT signal_consents_state_check;
      ALTER TABLE signal_consents ADD CONSTRAINT signal_consents_state_check
        CHECK (state IN ('given', 'withdrawn', 'unknown'));`;

/** Of an objection the end of its hour is kept, and no instant. */
export const objectionsByHour = `
      UPDATE signal_suppressions SET suppressed_at =
        date_trunc('hour', suppressed_at + interval '1 hour' - interval '1 microsecond', 'UTC');`;

/** The gate's keys are compared with those of the vault, which are "C": of another collation, no index serves. */
export const gateKeysSchema = ['signal_consents', 'signal_suppressions', 'fenced_contacts']
  .map(
    (table) => `ALTER TABLE ${table} ALTER COLUMN tenant_id TYPE text COLLATE "C",
          ALTER COLUMN contact_id TYPE text COLLATE "C";`,
  )
  .join('\n');
