import type { Migration } from '../postgres/migrations.ts';

// Nothing here can be read as a person: fingerprints are keyed by a key that is not in this database.
// No foreign key to the epoch: every mint of a month would lock that one row.
const tables = `
CREATE SCHEMA IF NOT EXISTS vault;
CREATE TABLE vault.root_check (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  fingerprint bytea NOT NULL
);
CREATE TABLE vault.identities (
  tenant_id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  bidx bytea NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, bidx)
);
CREATE INDEX identities_contact ON vault.identities (tenant_id, contact_id);
CREATE TABLE vault.key_epochs (
  epoch integer PRIMARY KEY,
  wrapped bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  destroyed_at timestamptz,
  CONSTRAINT key_epochs_state CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE TABLE vault.subject_keys (
  tenant_id text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  revision integer NOT NULL CHECK (revision > 0),
  epoch integer,
  wrapped bytea,
  fingerprint bytea,
  erased_at timestamptz,
  PRIMARY KEY (tenant_id, subject, revision),
  CONSTRAINT subject_keys_state CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL)),
  CONSTRAINT subject_keys_wrapping CHECK ((wrapped IS NULL) = (epoch IS NULL))
);
CREATE INDEX subject_keys_by_epoch ON vault.subject_keys (epoch) WHERE epoch IS NOT NULL;
`;

// The erased row stays where the key was: minting then meets the primary key, whoever commits first.
// A row per erased subject holds a random id and, as the fence's floor, the revisions it had.
const guards = `
CREATE FUNCTION vault.refuse_revival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an erased subject stays erased';
END $$;
CREATE TRIGGER subject_keys_stay_erased BEFORE UPDATE ON vault.subject_keys FOR EACH ROW
  WHEN (OLD.erased_at IS NOT NULL AND NEW.wrapped IS NOT NULL)
  EXECUTE FUNCTION vault.refuse_revival();
CREATE TRIGGER subject_keys_stay_known BEFORE DELETE ON vault.subject_keys FOR EACH ROW
  EXECUTE FUNCTION vault.refuse_revival();
`;

// 'root': wrapped by the root key, as processes of earlier versions do it, also beside this one. The provider's key goes after the
// row says so, hence a process that dies in between leaves a row that the next one finishes.
const ownKeysOfEpochs = `
ALTER TABLE vault.key_epochs
  ADD wrapped_by text NOT NULL DEFAULT 'root' CHECK (wrapped_by IN ('root', 'epoch')),
  ADD provider_destroyed_at timestamptz;
`;

// A strong identity has one owner at a time, and many in the course of years; a weak one many at a time. `record`: the
// connection and object of a link; `teller`: the connection that told it; `since`: somebody else had it before.
const strongAndWeak = `
ALTER TABLE vault.identities
  DROP CONSTRAINT identities_pkey,
  ADD COLUMN record text COLLATE "C",
  ADD COLUMN teller text COLLATE "C",
  ADD COLUMN since timestamptz,
  ADD CONSTRAINT identities_record CHECK ((record IS NULL) = (kind <> 'link'));
CREATE UNIQUE INDEX identities_one_owner ON vault.identities (tenant_id, bidx)
  WHERE until IS NULL AND kind NOT IN ('email', 'parentBsuid');
CREATE INDEX identities_owners ON vault.identities (tenant_id, bidx);
`;

const weakOnce = `
CREATE UNIQUE INDEX identities_once ON vault.identities (tenant_id, bidx, contact_id)
  WHERE until IS NULL AND kind IN ('email', 'parentBsuid');
`;

// One index says the same and finds owners of former times as well. Of these nothing is unique, which NULL says.
const oneIndexOfOwners = `
CREATE UNIQUE INDEX identities_of_owners ON vault.identities (tenant_id, bidx, (CASE
  WHEN until IS NOT NULL THEN NULL WHEN kind IN ('email', 'parentBsuid') THEN contact_id ELSE '' END));
DROP INDEX vault.identities_one_owner, vault.identities_owners, vault.identities_once;
ALTER INDEX vault.identities_of_owners RENAME TO identities_one_owner;
`;

/** Which contacts became one person, and whose ledger has yet to take over what the other one refused. */
const mergedContacts = `
CREATE TABLE vault.merged_contacts (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" PRIMARY KEY,
  survivor_id text COLLATE "C" NOT NULL,
  CHECK (contact_id <> survivor_id)
);
CREATE INDEX merged_contacts_survivor ON vault.merged_contacts (tenant_id, survivor_id);
CREATE TABLE vault.take_overs_due (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  other_contact_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (contact_id, other_contact_id)
);
`;

/** Key epochs, subject keys, the identity index and the erased: one schema for all services. */
export const vaultMigrations: readonly Migration[] = [
  { name: 'CreateVault1763640000000', up: tables + guards },
  {
    // A number that was given up is the person's for what happened until then, and the next owner's afterwards.
    name: 'IdentitiesUntil1764100030000',
    up: 'ALTER TABLE vault.identities ADD COLUMN until timestamptz',
  },
  { name: 'GiveEpochsKeysOfTheirOwn1764200000007', up: ownKeysOfEpochs },
  {
    // Declared lost by the operator: unlike one that was destroyed in its time, it may be the present one.
    name: 'EpochsDeclaredLost1764417600000',
    up: 'ALTER TABLE vault.key_epochs ADD COLUMN lost_at timestamptz',
  },
  { name: 'StrongAndWeakIdentities1764455000000', up: strongAndWeak + weakOnce },
  { name: 'MergedContacts1764456100000', up: mergedContacts },
  { name: 'OneIndexOfOwners1796000000001', up: oneIndexOfOwners },
];
