import { ADVISORY_CLASS } from '../postgres/advisory.ts';

/** Raised by `append_events` when a stream is not at the version its append expects. */
export const versionConflictState = 'TC001';

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

/** As the store was created with them. */
export const appendFunctions = appendFunction + appendOneFunction;

// The same functions for events whose data and causes come as bytes, where they have such a form.
export const packedAppendFunctions = appendFunctions
  .replace('event_datas json\n', 'event_datas json, event_packeds bytea[]\n')
  .replace(
    'command_id, data, meta)\n  SELECT e.position',
    'command_id, data, meta, packed)\n  SELECT e.position',
  )
  .replace(
    'e.data, metas[e.owner]\n',
    `CASE WHEN e.packed IS NULL THEN e.data END, CASE WHEN e.packed IS NULL THEN metas[e.owner] END,
    e.packed\n`,
  )
  .replace(
    'json_array_elements(event_datas))\n    AS e (position, at, version, schema, id, type, owner, data)',
    'json_array_elements(event_datas), unnest(event_packeds))\n    AS e (position, at, version, schema, id, type, owner, data, packed)',
  )
  .replace(
    'p_time timestamptz, p_data json,\n',
    'p_time timestamptz, p_data json, p_packed bytea,\n',
  )
  .replace('json_build_array(p_data)) a;', 'json_build_array(p_data), ARRAY[p_packed]) a;')
  .replace(
    'command_id, data, meta)\n  VALUES (append_event',
    'command_id, data, meta, packed)\n  VALUES (append_event',
  )
  .replace('p_command, p_data, p_meta);', 'p_command, p_data, p_meta, p_packed);');
