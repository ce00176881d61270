// A message of ours is known by a keyed fingerprint of its wamid, and a person by a random id: no row says when,
// but for the hour, and none can be read as a person.
export const messagesSchema = `
CREATE TABLE messages (
  tenant_id text COLLATE "C" NOT NULL,
  message_ref text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  -- The hour after which WhatsApp has dropped it, had it not come.
  due_at timestamptz,
  state text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'settled', 'dropped')),
  PRIMARY KEY (tenant_id, message_ref)
) WITH (fillfactor = 70);
CREATE INDEX messages_due ON messages (due_at) WHERE state = 'waiting' AND due_at IS NOT NULL;
CREATE INDEX messages_over ON messages (due_at) WHERE state <> 'waiting';
CREATE TABLE orphan_failures (
  tenant_id text COLLATE "C" NOT NULL,
  event_id uuid NOT NULL,
  message_ref text COLLATE "C" NOT NULL,
  code integer,
  message_category text COLLATE "C",
  sender text COLLATE "C",
  -- Nobody is named here yet, so nothing can be sealed: the hour is all that is kept of the time.
  occurred_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, event_id)
);
CREATE INDEX orphan_failures_message ON orphan_failures (tenant_id, message_ref);
CREATE INDEX orphan_failures_age ON orphan_failures (occurred_at);
`;

/** Messages that an earlier version waited for get their timers, one for each hour. */
export const dropJobsSchema = `
INSERT INTO jobs (kind, unique_key, run_at, payload)
SELECT 'drop-messages', to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'), due_at, '{}'
FROM (SELECT DISTINCT due_at FROM messages WHERE state = 'waiting' AND due_at IS NOT NULL) AS hours;
`;

/**
 * Room for a new version of a row is worth its pages where that version needs no new index entry. The state of a message
 * stands in the conditions of indexes, so here it always does.
 */
export const fullPagesSchema = `
ALTER TABLE messages SET (fillfactor = 100);
ALTER TABLE cohort_messages SET (fillfactor = 90);
`;
