/** The address a contact is written to by mail, sealed under the contact's key: nobody can look one up by it. */
export const addressCardsSchema = `
      CREATE TABLE address_cards (
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        email text NOT NULL,
        noted_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, contact_id)
      );`;
/** A keyed fingerprint beside it says whether a link was sent to an address that is on file now. */
export const addressRefsSchema = `
      ALTER TABLE address_cards ADD COLUMN address_ref text COLLATE "C";`;

/** The language of a contact, sealed under the contact's key. */
export const spokenLanguagesSchema = `
      CREATE TABLE spoken_languages (
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        language text NOT NULL,
        noted_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, contact_id)
      );`;

/** What was stopped at an address by a link that was sent there, and who has the address: found by what stands for it. */
export const stoppedAddressesSchema = `
      CREATE TABLE stopped_addresses (
        tenant_id text COLLATE "C" NOT NULL,
        address_ref text COLLATE "C" NOT NULL,
        purpose text COLLATE "C" NOT NULL,
        -- The hour: an exact instant would lead back to the person.
        stopped_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, address_ref, purpose)
      );
      CREATE INDEX address_cards_ref ON address_cards (tenant_id, address_ref);`;
