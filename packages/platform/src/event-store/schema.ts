import type { Migration } from '../postgres/migrations.ts';
import { appendFunctions, packedAppendFunctions } from './append-functions.ts';
import { stubSchema } from './stub-schema.ts';

/** Raised when a statement other than `append_events` tries to change the events. */
export const eventsProtectedState = 'TC002';

// `data` and `meta` are json, not jsonb: facts are written once and read whole, so the text as given is
// cheaper both ways and keeps what jsonb refuses (a NUL escape inside a message body).
const tables = `
CREATE SEQUENCE event_positions AS bigint CACHE 1;
CREATE TABLE streams (
  stream text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE events (
  position bigint PRIMARY KEY,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  version integer NOT NULL,
  schema_version smallint NOT NULL,
  event_id uuid NOT NULL CONSTRAINT events_event_id UNIQUE,
  stream text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  tenant_id text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  command_id text COLLATE "C",
  data json NOT NULL,
  meta json NOT NULL,
  CONSTRAINT events_stream_version UNIQUE (stream, version)
);
CREATE INDEX events_command ON events (stream, command_id) WHERE command_id IS NOT NULL;
`;

// Readers trust that whoever draws a position holds the marker lock, so nobody else may write here. The
// setting is looked at in WHEN, because running a trigger function would cost a third of an append.
const guards = `
CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are append-only, and append_events is the only way in'
    USING ERRCODE = '${eventsProtectedState}';
END $$;
CREATE TRIGGER events_only_by_append BEFORE INSERT ON events FOR EACH STATEMENT
  WHEN (current_setting('tact.appending', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION refuse_event_change();
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change();
`;

/** The name of a stream whose events are not kept begins so. */
const passing = 'passing-';

/**
 * What may be known for some hours alone is in streams of its own, and the database lets nobody delete from others. The
 * condition is the index's own, or the events of years would be looked through.
 */
export const isPassing = `stream LIKE '${passing}%'`;

/** A stream whose events go when their time is over: see `purgePassing`. */
export const passingStream = (name: string): string => passing + name;

export const isPassingStream = (stream: string): boolean => stream.startsWith(passing);

/** Half as long as the names of streams; two names with the same digest would be refused, not mixed up. */
const digestOf = (name: string): string => `md5(${name})::uuid`;

/** SQL: the events of one stream, found by the digest of its name. */
export const ofStream = (parameter: string): string =>
  `stream = ${parameter} AND ${digestOf('stream')} = ${digestOf(parameter)}`;

export const eventStoreMigrations: readonly Migration[] = [
  {
    name: 'CreateEventStore1763632800000',
    up: tables + guards + appendFunctions,
  },
  {
    // The exact instant of receipt leads back to a log of the channel, which holds the same one and the phone.
    name: 'RecordedAtTheHour1764100001000',
    up: `ALTER TABLE events ALTER COLUMN recorded_at SET DEFAULT date_trunc('hour', clock_timestamp(), 'UTC')`,
  },
  {
    // Where the state is about a person it is sealed like the events it was folded from. Every row may be deleted.
    name: 'Snapshots1764442800000',
    up: `CREATE TABLE snapshots (
      stream text COLLATE "C" NOT NULL,
      decider text COLLATE "C" NOT NULL,
      reading text COLLATE "C" NOT NULL,
      version integer NOT NULL,
      event_id uuid NOT NULL,
      tenant_id text COLLATE "C" NOT NULL,
      subject text COLLATE "C" NOT NULL,
      state text NOT NULL,
      PRIMARY KEY (stream, decider)
    ) WITH (fillfactor = 70)`,
  },
  {
    name: 'PassingEvents1764448000000',
    up: `DROP TRIGGER events_append_only ON events;
      CREATE TRIGGER events_append_only BEFORE UPDATE OR TRUNCATE ON events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change();
      CREATE TRIGGER events_kept BEFORE DELETE ON events
        FOR EACH ROW WHEN (NOT (OLD.${isPassing})) EXECUTE FUNCTION refuse_event_change();
      CREATE INDEX events_passing ON events (occurred_at) WHERE ${isPassing}`,
  },
  {
    name: 'EventsOfStreamByDigest1764457220000',
    up: `CREATE UNIQUE INDEX events_place ON events ((${digestOf('stream')}), version);
      ALTER TABLE events DROP CONSTRAINT events_stream_version;
      ALTER INDEX events_pkey SET (fillfactor = 100)`,
  },
  {
    // Of an event whose type has a list of fields, `packed` holds what `meta` and `data` hold of others.
    name: 'PackedEvents1764457220001',
    up: `ALTER TABLE events ADD COLUMN packed bytea,
        ALTER COLUMN data DROP NOT NULL, ALTER COLUMN meta DROP NOT NULL,
        ADD CONSTRAINT events_said CHECK (packed IS NOT NULL OR (data IS NOT NULL AND meta IS NOT NULL)) NOT VALID;
      DROP FUNCTION append_events;
      DROP FUNCTION append_event;
      ${packedAppendFunctions}`,
  },
  { name: 'StubsOfErasedEvents1796400000040', up: stubSchema },
];
