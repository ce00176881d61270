/**
 * The service's own copy of the facts: the log forgets after days, and a late fact, a timeline and a
 * rebuild need them all. The key leads with the contact, because every read is of one contact in the
 * order of event time; the event's id in it makes a repetition a no-op. `position` counts receipts.
 */
export const signalsSchema = `
CREATE TABLE signals (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  occurred_at timestamptz(3) NOT NULL,
  event_id uuid NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  kind text COLLATE "C" NOT NULL,
  origin text COLLATE "C" NOT NULL,
  message_ref text COLLATE "C",
  sender text COLLATE "C",
  code integer,
  message_category text COLLATE "C",
  inbound_type text COLLATE "C",
  PRIMARY KEY (tenant_id, contact_id, occurred_at, event_id)
);
CREATE UNIQUE INDEX signals_position ON signals (position);
`;

/**
 * The facts again, as they travelled: what the person's key seals stays sealed here. Older rows keep in
 * clear what they had: nothing can be sealed from SQL.
 */
export const factsSchema = `
CREATE TABLE facts (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  event_id uuid NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  data json NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, event_id)
);
CREATE UNIQUE INDEX facts_position ON facts (position);
INSERT INTO facts (tenant_id, contact_id, event_id, data)
SELECT tenant_id, contact_id, event_id, json_strip_nulls(json_build_object(
  'contactId', contact_id, 'kind', kind, 'origin', origin, 'messageRef', message_ref, 'sender', sender,
  'code', code, 'messageCategory', message_category, 'inboundType', inbound_type,
  'occurredAt', to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
FROM signals ORDER BY position;
DROP TABLE signals;
`;

/**
 * A page of a timeline is read by the place where the one before ended, whatever the history.
 * It finds the facts of a contact too, so that an id needs no contact before it to be known twice.
 */
export const factsTimelineSchema = `
CREATE INDEX facts_timeline ON facts (tenant_id, contact_id, position);
ALTER TABLE facts DROP CONSTRAINT facts_pkey;
ALTER TABLE facts ADD PRIMARY KEY (tenant_id, event_id);
`;

/** A row of an earlier version holds the text itself, a row of this one the same in a third of its bytes. */
export const factsInBytesSchema = `
ALTER TABLE facts ALTER COLUMN data TYPE bytea USING convert_to(data::text, 'UTF8');
ALTER INDEX facts_position SET (fillfactor = 100);
`;

/** No two events of any tenants share an id, as ingestion's own events do not: the key is a fifth shorter without theirs. */
export const factsByEventSchema = `
ALTER TABLE facts DROP CONSTRAINT facts_pkey;
ALTER TABLE facts ADD PRIMARY KEY (event_id);
`;
