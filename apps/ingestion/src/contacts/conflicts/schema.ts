/**
 * Rows whose identities cannot be one contact's, for a person to settle. `fingerprint` is keyed, of the record that tells the
 * row: its newest row takes the place of the one that waits. `claims` is keyed too, of all identities: what was settled stays
 * so for the same row alone. `sealed` is the row, under the key of `sealed_for`; an erasure of any of the contacts takes all
 * of it.
 */
export const identityConflictsSchema = `
CREATE TABLE identity_conflicts (
  conflict_id text PRIMARY KEY,
  tenant_id text COLLATE "C" NOT NULL,
  fingerprint uuid NOT NULL,
  claims uuid NOT NULL,
  kind text NOT NULL,
  contacts text[] COLLATE "C" NOT NULL,
  row_ref text NOT NULL,
  since timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'settled')),
  settlement text,
  sealed_for text COLLATE "C",
  sealed text,
  UNIQUE (tenant_id, fingerprint),
  CONSTRAINT identity_conflicts_state CHECK ((state = 'settled') = (settlement IS NOT NULL))
);
CREATE INDEX identity_conflicts_listed ON identity_conflicts (tenant_id, since, conflict_id);
CREATE INDEX identity_conflicts_contacts ON identity_conflicts USING gin (contacts);`;

/** Once, for what an earlier version may have taken for one; in a new installation there is nobody to look at. */
export const joinedBeforeJobs = `
INSERT INTO jobs (kind, unique_key, run_at, payload)
VALUES ('find-joined-before', 'once', to_timestamp(0), '{}');`;

/** What a first person says of a conflict, sealed as its row is; another claim takes it away. */
export const settlementProposals = `
ALTER TABLE identity_conflicts ADD COLUMN proposal jsonb;`;
