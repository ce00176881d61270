/** Whose data is kept and not used; the reasons are in the events. */
export const restrictionsSchema = `
      CREATE TABLE restricted_contacts (
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        PRIMARY KEY (tenant_id, contact_id)
      );`;
