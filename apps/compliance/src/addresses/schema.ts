/**
 * The address each contact is filed under, sealed under the contact's key, so that a code goes there and not to one that a
 * request gave. `verified_on` is the day on which whoever reads it last proved so.
 */
export const addressesOnFileSchema = `
      CREATE TABLE addresses_on_file (
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        email text NOT NULL,
        address_ref text COLLATE "C" NOT NULL,
        noted_at timestamptz NOT NULL,
        verified_on timestamptz,
        PRIMARY KEY (tenant_id, contact_id)
      );
      CREATE INDEX addresses_on_file_ref ON addresses_on_file (tenant_id, address_ref);`;
