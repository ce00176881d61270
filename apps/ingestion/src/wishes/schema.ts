/**
 * What was asked of us by people whom no contact stands for: keyed fingerprints of their identities, and no text. It is
 * kept for as long as the business writes to anybody, and survives every erasure: it is how a refusal is remembered
 * without the person.
 */
export const strangersSchema = `
      CREATE TABLE wishes_of_strangers (
        tenant_id text COLLATE "C" NOT NULL,
        fingerprint bytea NOT NULL,
        asks text NOT NULL CHECK (asks IN ('stop', 'resume')),
        scope text NOT NULL,
        channel text NOT NULL,
        ground text NOT NULL,
        -- The hour: an exact instant would lead back to the person.
        received_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, fingerprint, asks, scope, channel)
      );`;

/** Contacts that go on as others; those of earlier versions stand in the events that linked them. */
export const contactLinksSchema = `
      CREATE TABLE contact_links (
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        later_id text COLLATE "C" NOT NULL,
        PRIMARY KEY (tenant_id, contact_id, later_id)
      );
      CREATE INDEX contact_links_later ON contact_links (later_id);
      INSERT INTO contact_links
      SELECT DISTINCT tenant_id, data ->> 'otherContactId', data ->> 'contactId' FROM events
      WHERE type = 'ContactLinked' AND data ->> 'direction' = 'previous';`;
