import type { Migration } from '@tact/platform';
import { learningMigrations } from './models/learning-migrations.ts';
import { incidentsSchema } from './incidents/incident.table.ts';
import { aggregatesSchema, cellsSchema } from './assessment/aggregates/schema.ts';
import { historySchema } from './assessment/history/likelihood-history.table.ts';

// The service's own copy of the facts: the log forgets after days, and a late fact, a timeline and a
// rebuild need them all. The key leads with the contact, because every read is of one contact in the
// order of event time; the event's id in it makes a repetition a no-op. `position` counts receipts.
const signals = `
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

// A row is a pure function of the contact's facts, the day and the model: nothing of the order or the
// time of receipt is in it, so that a rebuild gives the same bytes. `assessment` is json, not jsonb:
// it is written once and read whole.
const blockLikelihoods = `
CREATE TABLE block_likelihoods (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  probability double precision NOT NULL,
  band text COLLATE "C" NOT NULL,
  as_of_day date NOT NULL,
  as_of timestamptz(3) NOT NULL,
  facts integer NOT NULL,
  ages boolean NOT NULL,
  model_version text COLLATE "C" NOT NULL,
  assessment json NOT NULL,
  PRIMARY KEY (tenant_id, contact_id)
) WITH (fillfactor = 80);
CREATE INDEX ON block_likelihoods (tenant_id, probability DESC, contact_id);
CREATE INDEX ON block_likelihoods (tenant_id, band, probability DESC, contact_id);
CREATE INDEX ON block_likelihoods (as_of_day) WHERE ages;
`;

// What the outside was told last. Apart from the rows, because it depends on the path: small moves add
// up until they are worth an event.
const announced = `
CREATE TABLE announced_likelihoods (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  probability double precision NOT NULL,
  band text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, contact_id)
) WITH (fillfactor = 80);
`;

const rebuilds = `
CREATE TABLE rebuilds (
  rebuild_id text COLLATE "C" PRIMARY KEY,
  projection text NOT NULL,
  state text NOT NULL,
  contacts_done integer NOT NULL,
  contacts_total integer NOT NULL,
  started_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  finished_at timestamptz(3),
  live_rows integer,
  new_rows integer,
  same boolean
);
CREATE INDEX rebuilds_latest ON rebuilds (projection, started_at DESC);
`;

// The facts again, as they travelled: what the person's key seals stays sealed here. Older rows keep in
// clear what they had: nothing can be sealed from SQL.
const sealedFacts = `
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

// Contacts whose row is behind their facts. `marks` exists to be updated: the update waits for who assesses the
// contact just now, and counts only then.
const dueAssessments = `
CREATE TABLE due_assessments (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  marks integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, contact_id)
) WITH (fillfactor = 80);
`;

// A mark for each time: marks that were updated made the keeping of facts wait for the assessments.
const dueMarks = `
ALTER TABLE due_assessments DROP CONSTRAINT due_assessments_pkey;
ALTER TABLE due_assessments DROP COLUMN marks;
CREATE INDEX due_assessments_contact ON due_assessments (tenant_id, contact_id);
`;

// A page of a timeline is read by the place where the one before ended, whatever the history.
// It finds the facts of a contact too, so that an id needs no contact before it to be known twice.
const timelineIndex = `
CREATE INDEX facts_timeline ON facts (tenant_id, contact_id, position);
ALTER TABLE facts DROP CONSTRAINT facts_pkey;
ALTER TABLE facts ADD PRIMARY KEY (tenant_id, event_id);
`;

/** Append-only: a migration that was released is never edited. */
export const scoringMigrations: readonly Migration[] = [
  {
    name: 'SignalsAndBlockLikelihoods1764000000000',
    up: signals + blockLikelihoods + announced + rebuilds,
  },
  { name: 'SealedFacts1764100000000', up: sealedFacts },
  { name: 'Incidents1764100040000', up: incidentsSchema },
  { name: 'DueAssessments1764150000000', up: dueAssessments },
  ...learningMigrations,
  { name: 'LikelihoodHistory1764350000000', up: historySchema + aggregatesSchema },
  { name: 'DueMarks1764400000000', up: dueMarks },
  { name: 'TimelineByReceipt1764425000000', up: timelineIndex },
  { name: 'LikelihoodCells1764425000001', up: cellsSchema },
];
