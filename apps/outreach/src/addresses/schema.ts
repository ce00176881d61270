/** The address a contact is written to by mail, sealed under the contact's key: nobody can look one up by it. */
export const addressCardsSchema = `
      CREATE TABLE address_cards (
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        email text NOT NULL,
        noted_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, contact_id)
      );`;

/** The language of a contact, sealed under the contact's key. */
export const spokenLanguagesSchema = `
      CREATE TABLE spoken_languages (
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        language text NOT NULL,
        noted_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, contact_id)
      );`;
