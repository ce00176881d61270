/** Earlier streams hold such messages as events: they are read there, and the two are counted together. */
export const countedMessagesSchema = `
      CREATE TABLE counted_messages (
        event_id uuid PRIMARY KEY,
        position bigint GENERATED ALWAYS AS IDENTITY,
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        after_version integer NOT NULL,
        hour timestamptz NOT NULL,
        category text COLLATE "C",
        data json NOT NULL
      );
      CREATE INDEX counted_messages_contact ON counted_messages (contact_id, hour);
      CREATE INDEX counted_messages_hour ON counted_messages USING brin (hour);`;

/** Of which the hour alone is known, for as long as the cap needs it: see `CountedMessages`. */
export const hoursAloneSchema = `
      ALTER TABLE counted_messages ADD COLUMN is_hour_alone boolean NOT NULL DEFAULT false,
        ADD COLUMN is_none boolean NOT NULL DEFAULT false;
      CREATE INDEX counted_messages_hours_alone ON counted_messages (hour) WHERE is_hour_alone;`;

/** A row of an earlier version holds the text itself, a row of this one the same in a third of its bytes. */
export const countsInBytesSchema = `
      ALTER TABLE counted_messages ALTER COLUMN data TYPE bytea USING convert_to(data::text, 'UTF8');`;

/** Rows of one contact are one entry of such an index, and they are few: after two days they are gone. */
export const countsByContactSchema = `
      CREATE INDEX counted_messages_of_contact ON counted_messages (contact_id);
      DROP INDEX counted_messages_contact;`;
