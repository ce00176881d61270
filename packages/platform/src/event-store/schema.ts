import { ADVISORY_CLASS } from '../postgres/advisory.ts';
import type { Migration } from '../postgres/migrations.ts';

/** Raised by `append_events` when a stream is not at the version its append expects. */
export const versionConflictState = 'TC001';

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

// The caller sorts the heads (so that two batches never wait for each other in a circle) and says for
// every append which head it goes to and how many events of this call go before it on that stream.
// Order matters: marker lock, heads, and only then positions. Holding the heads until commit makes the
// order of a stream equal the order of positions; a conflict is found before a position is drawn.
const takeMarker = `
  IF pg_advisory_xact_lock_shared(${ADVISORY_CLASS}, 'events'::regclass::oid::integer) IS NULL
    OR set_config('tact.appending', 'on', true) IS NULL THEN
    RAISE EXCEPTION 'the marker lock was not taken';
  END IF;`;

const appendFunction = `
CREATE FUNCTION append_events(
  all_or_nothing boolean,
  head_streams text[], head_totals integer[],
  append_heads integer[], append_before integer[], append_firsts integer[], append_lasts integer[],
  append_expected integer[], append_commands text[], append_tenants text[], append_subjects text[],
  append_metas json,
  event_owners integer[], event_ids uuid[], event_types text[], event_schemas smallint[],
  event_times timestamptz[], event_datas json
) RETURNS TABLE (version integer, "position" bigint, duplicate boolean, actual integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  appends integer := cardinality(append_heads);
  names text[];
  heads integer[];
  metas json[];
  versions integer[];
  positions bigint[];
  found_versions integer[];
  found_positions bigint[];
  actuals integer[];
  plain boolean;
  here integer;
  asked integer;
  fresh integer;
  found_version integer;
  found_position bigint;
BEGIN
  ${takeMarker}

  WITH advanced AS (
    INSERT INTO streams AS s (stream, version)
    SELECT * FROM unnest(head_streams, head_totals)
    ON CONFLICT (stream) DO UPDATE SET version = s.version + EXCLUDED.version
    RETURNING stream, version
  )
  SELECT array_agg(stream), array_agg(version) INTO names, heads FROM advanced;
  IF names <> head_streams THEN RAISE EXCEPTION 'stream heads came back in another order'; END IF;

  IF appends = 1 THEN
    plain := append_expected[1] IN (-1, heads[1] - head_totals[1]);
  ELSE
    plain := NOT EXISTS (
      SELECT FROM unnest(append_expected, append_heads, append_before) AS a (expected, head, before)
      WHERE expected <> -1 AND expected <> heads[head] - head_totals[head] + before);
  END IF;
  plain := plain
    AND NOT EXISTS (SELECT FROM events WHERE event_id = ANY (event_ids))
    AND (append_commands IS NULL OR NOT EXISTS (
      SELECT FROM unnest(append_commands, append_heads) AS a (command, head)
      JOIN events e ON e.stream = head_streams[head] AND e.command_id = command));

  IF plain THEN
    IF appends = 1 THEN
      versions := ARRAY(SELECT generate_series(heads[1] - head_totals[1] + 1, heads[1]));
    ELSE
      versions := ARRAY(
        SELECT heads[append_heads[owner]] - head_totals[append_heads[owner]]
          + append_before[owner] + (nth - append_firsts[owner] + 1)::integer
        FROM unnest(event_owners) WITH ORDINALITY AS e (owner, nth) ORDER BY nth);
    END IF;
  ELSE
    -- Something was appended before or expects another version: judge one append after the other,
    -- with the heads already locked, then write what was accepted in one go.
    versions := array_fill(NULL::integer, ARRAY[cardinality(event_ids)]);
    found_versions := array_fill(NULL::integer, ARRAY[appends]);
    found_positions := array_fill(NULL::bigint, ARRAY[appends]);
    actuals := found_versions;
    FOR h IN 1 .. cardinality(heads) LOOP heads[h] := heads[h] - head_totals[h]; END LOOP;
    FOR a IN 1 .. appends LOOP
      here := heads[append_heads[a]];
      asked := append_lasts[a] - append_firsts[a] + 1;
      SELECT max(e.version), max(e.position), 0 INTO found_version, found_position, fresh FROM events e
      WHERE e.stream = head_streams[append_heads[a]] AND e.command_id = append_commands[a];
      IF found_version IS NULL THEN
        SELECT max(e.version), max(e.position), asked - count(*) INTO found_version, found_position, fresh
        FROM events e WHERE e.event_id = ANY (event_ids[append_firsts[a] : append_lasts[a]]);
      END IF;
      IF fresh = 0 THEN
        found_versions[a] := found_version;
        found_positions[a] := found_position;
        CONTINUE;
      END IF;
      IF append_expected[a] NOT IN (-1, here) THEN
        IF all_or_nothing THEN
          RAISE EXCEPTION '%:%', a, here USING ERRCODE = '${versionConflictState}';
        END IF;
        actuals[a] := here;
        CONTINUE;
      END IF;
      FOR i IN append_firsts[a] .. append_lasts[a] LOOP
        CONTINUE WHEN fresh < asked AND EXISTS (SELECT FROM events e WHERE e.event_id = event_ids[i]);
        here := here + 1;
        versions[i] := here;
      END LOOP;
      heads[append_heads[a]] := here;
    END LOOP;
    UPDATE streams s SET version = h.version
    FROM unnest(head_streams, heads) AS h (stream, version) WHERE s.stream = h.stream;
    DELETE FROM streams s USING unnest(head_streams, heads) AS h (stream, version)
    WHERE s.stream = h.stream AND h.version = 0;
  END IF;

  positions := ARRAY(
    SELECT CASE WHEN v IS NOT NULL THEN nextval('event_positions') END
    FROM unnest(versions) WITH ORDINALITY AS e (v, nth) ORDER BY nth);
  metas := ARRAY(SELECT json_array_elements(append_metas));
  INSERT INTO events (position, occurred_at, version, schema_version, event_id, stream, type,
    tenant_id, subject, command_id, data, meta)
  SELECT e.position, e.at, e.version, e.schema, e.id, head_streams[append_heads[e.owner]], e.type,
    append_tenants[e.owner], append_subjects[e.owner], append_commands[e.owner], e.data, metas[e.owner]
  FROM ROWS FROM (unnest(positions), unnest(event_times), unnest(versions), unnest(event_schemas),
    unnest(event_ids), unnest(event_types), unnest(event_owners), json_array_elements(event_datas))
    AS e (position, at, version, schema, id, type, owner, data)
  WHERE e.version IS NOT NULL;

  IF plain THEN
    RETURN QUERY SELECT versions[a], positions[a], false, NULL::integer
    FROM unnest(append_lasts) WITH ORDINALITY AS l (a, nth) ORDER BY nth;
    RETURN;
  END IF;
  RETURN QUERY
  SELECT coalesce(found_versions[a], (SELECT max(v) FROM unnest(versions[append_firsts[a] : append_lasts[a]]) AS v)),
    CASE WHEN found_versions[a] IS NULL
      THEN (SELECT max(p) FROM unnest(positions[append_firsts[a] : append_lasts[a]]) AS p)
      ELSE found_positions[a] END,
    found_versions[a] IS NOT NULL AND actuals[a] IS NULL,
    actuals[a]
  FROM generate_series(1, appends) AS a ORDER BY a;
END $$;
`;

// The same for one event: four scalar statements cost a third of what the arrays above cost.
const appendOneFunction = `
CREATE FUNCTION append_event(
  p_stream text, p_expected integer, p_command text, p_tenant text, p_subject text, p_meta json,
  p_id uuid, p_type text, p_schema smallint, p_time timestamptz, p_data json,
  OUT version integer, OUT "position" bigint, OUT duplicate boolean, OUT actual integer
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  head integer;
  plain boolean;
BEGIN
  ${takeMarker}
  INSERT INTO streams AS s (stream, version) VALUES (p_stream, 1)
  ON CONFLICT (stream) DO UPDATE SET version = s.version + 1 RETURNING s.version INTO head;
  -- Asked one by one, because an expression with a query in it costs as much as a statement.
  IF p_expected <> -1 AND p_expected <> head - 1 THEN
    plain := false;
  ELSE
    PERFORM FROM events WHERE event_id = p_id;
    plain := NOT FOUND;
    IF plain AND p_command IS NOT NULL THEN
      PERFORM FROM events WHERE stream = p_stream AND command_id = p_command;
      plain := NOT FOUND;
    END IF;
  END IF;
  IF NOT plain THEN
    UPDATE streams SET version = head - 1 WHERE stream = p_stream;
    SELECT a.version, a."position", a.duplicate, a.actual
    INTO append_event.version, append_event."position", append_event.duplicate, append_event.actual
    FROM append_events(false, ARRAY[p_stream], '{1}', '{1}', '{0}', '{1}', '{1}', ARRAY[p_expected],
      ARRAY[p_command], ARRAY[p_tenant], ARRAY[p_subject], json_build_array(p_meta), '{1}',
      ARRAY[p_id], ARRAY[p_type], ARRAY[p_schema], ARRAY[p_time], json_build_array(p_data)) a;
    RETURN;
  END IF;
  "position" := nextval('event_positions');
  version := head;
  duplicate := false;
  INSERT INTO events (position, occurred_at, version, schema_version, event_id, stream, type,
    tenant_id, subject, command_id, data, meta)
  VALUES (append_event."position", p_time, head, p_schema, p_id, p_stream, p_type,
    p_tenant, p_subject, p_command, p_data, p_meta);
END $$;
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

export const eventStoreMigrations: readonly Migration[] = [
  {
    name: 'CreateEventStore1763632800000',
    up: tables + guards + appendFunction + appendOneFunction,
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
];
