// Messages of the last days, by a keyed fingerprint and a random id; of times the hour alone. What is older becomes
// a count of an hour, and the rows are gone.
export const cohortSchema = `
CREATE TABLE cohort_messages (
  tenant_id text COLLATE "C" NOT NULL,
  message_ref text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  -- Null until its sending is heard of: an answer may be told first.
  sent_hour timestamptz,
  -- The hour of its first answer, a failure included; null while it is stuck.
  answered_hour timestamptz,
  PRIMARY KEY (tenant_id, message_ref)
) WITH (fillfactor = 70);
CREATE INDEX cohort_messages_hour ON cohort_messages (tenant_id, sent_hour);
CREATE TABLE cohort_hours (
  tenant_id text COLLATE "C" NOT NULL,
  hour timestamptz NOT NULL,
  contacts integer NOT NULL,
  late integer NOT NULL,
  PRIMARY KEY (tenant_id, hour)
);
-- Since when the looks at a tenant have shown a stall without a break.
CREATE TABLE cohort_suspicions (
  tenant_id text COLLATE "C" PRIMARY KEY,
  since timestamptz NOT NULL
);
`;
