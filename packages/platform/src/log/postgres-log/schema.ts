import type { Migration } from '../../postgres/migrations.ts';

/** Raised by `publish` when a record names a topic or a partition that does not exist. */
export const unknownTopicState = 'TL001';

// `record` is split by topic and then by day, so that retention drops whole tables and never deletes rows.
// `head` gives the next offset; its row is locked until commit, so offsets of a partition become visible
// in order and without gaps, and a reader may take whatever follows its own offset.
const tables = `
CREATE TABLE topic (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  partitions integer NOT NULL CHECK (partitions > 0),
  retention_ms bigint NOT NULL,
  cleanup_policy text NOT NULL CHECK (cleanup_policy IN ('delete', 'compact'))
);
CREATE TABLE head (
  topic integer NOT NULL REFERENCES topic,
  part integer NOT NULL,
  next_offset bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (topic, part)
) WITH (fillfactor = 50);
CREATE TABLE record (
  topic integer NOT NULL,
  part integer NOT NULL,
  "offset" bigint NOT NULL,
  at timestamptz NOT NULL,
  key text NOT NULL,
  headers json NOT NULL,
  value bytea NOT NULL,
  PRIMARY KEY (topic, part, "offset", at)
) PARTITION BY LIST (topic);
`;

// A claim is one partition in the hands of one member. Its epoch grows with every change of hands, and an
// offset is committed only under the epoch it was read under: a member that was expelled commits nothing.
const groups = `
CREATE TABLE consumer_group (
  name text PRIMARY KEY,
  generation bigint NOT NULL DEFAULT 0
);
CREATE TABLE member (
  group_name text NOT NULL REFERENCES consumer_group,
  id uuid NOT NULL,
  joined bigint GENERATED ALWAYS AS IDENTITY,
  topics integer[] NOT NULL,
  lease_until timestamptz NOT NULL,
  PRIMARY KEY (group_name, id)
);
CREATE TABLE claim (
  group_name text NOT NULL REFERENCES consumer_group,
  topic integer NOT NULL REFERENCES topic,
  part integer NOT NULL,
  next_offset bigint NOT NULL,
  holder uuid,
  wanted_by uuid,
  revoked_at timestamptz,
  epoch bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (group_name, topic, part)
) WITH (fillfactor = 50);
`;

const publish = `
CREATE FUNCTION publish(topics text[], parts integer[], keys text[], headers json, bodies bytea[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  spot record;
  base bigint;
  ids integer[] := '{}';
  spots integer[] := '{}';
  bases bigint[] := '{}';
BEGIN
  FOR spot IN
    SELECT t.id, i.part, i.name, count(*) AS records
    FROM unnest(topics, parts) AS i (name, part) LEFT JOIN topic t ON t.name = i.name
    GROUP BY t.id, i.part, i.name ORDER BY t.id, i.part
  LOOP
    UPDATE head h SET next_offset = h.next_offset + spot.records
    WHERE h.topic = spot.id AND h.part = spot.part RETURNING h.next_offset - spot.records INTO base;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the log has no topic % with a partition %', spot.name, spot.part
        USING ERRCODE = '${unknownTopicState}';
    END IF;
    ids := ids || spot.id;
    spots := spots || spot.part;
    bases := bases || base;
  END LOOP;
  INSERT INTO record (topic, part, "offset", at, key, headers, value)
  SELECT s.id, s.part, s.base + row_number() OVER (PARTITION BY s.id, s.part ORDER BY i.nth) - 1,
    clock_timestamp(), i.key, i.header, i.body
  FROM ROWS FROM (unnest(topics), unnest(parts), unnest(keys), json_array_elements(headers), unnest(bodies))
    WITH ORDINALITY AS i (name, part, key, header, body, nth)
  JOIN topic t ON t.name = i.name
  JOIN unnest(ids, spots, bases) AS s (id, part, base) ON s.id = t.id AND s.part = i.part;
END $$;
`;

// The group's row is shared by heartbeats and taken whole by a rebalance: nobody sees half of one, and
// the locks of claims cannot meet in a circle.
const beat = `
CREATE FUNCTION beat(
  the_group text, me uuid, lease_ms integer,
  topics integer[], parts integer[], epochs bigint[], offsets bigint[]
) RETURNS TABLE (alive boolean, generation bigint, overdue boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE current_generation bigint;
BEGIN
  SELECT g.generation INTO current_generation FROM consumer_group g WHERE g.name = the_group FOR SHARE;
  UPDATE member SET lease_until = clock_timestamp() + lease_ms * interval '1 ms'
  WHERE group_name = the_group AND id = me;
  IF NOT FOUND THEN
    RETURN QUERY SELECT false, current_generation, false;
    RETURN;
  END IF;
  UPDATE claim c SET next_offset = i.next_offset
  FROM unnest(topics, parts, epochs, offsets) AS i (topic, part, epoch, next_offset)
  WHERE c.group_name = the_group AND c.topic = i.topic AND c.part = i.part
    AND c.holder = me AND c.epoch = i.epoch;
  RETURN QUERY SELECT true, current_generation,
    EXISTS (SELECT FROM member m WHERE m.group_name = the_group AND m.lease_until < clock_timestamp())
    OR EXISTS (SELECT FROM claim c WHERE c.group_name = the_group
      AND c.revoked_at < clock_timestamp() - lease_ms * interval '1 ms');
END $$;
`;

const days = `
CREATE FUNCTION keep_days(the_topic integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  parent text := 'record_' || the_topic;
  child text;
  day date;
  keep interval;
BEGIN
  IF to_regclass(parent) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF record FOR VALUES IN (%s) PARTITION BY RANGE (at)', parent, the_topic);
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', parent || '_other', parent);
  END IF;
  FOR day IN SELECT current_date + n FROM generate_series(0, 2) AS n LOOP
    child := parent || to_char(day, '_YYYYMMDD');
    CONTINUE WHEN to_regclass(child) IS NOT NULL;
    BEGIN
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent, day, day + 1);
    EXCEPTION WHEN check_violation THEN
      NULL; -- Records of that day are in the default partition already: they stay there until they expire.
    END;
  END LOOP;
  SELECT retention_ms * interval '1 ms' INTO keep FROM topic
  WHERE id = the_topic AND cleanup_policy = 'delete' AND retention_ms > 0;
  IF keep IS NULL THEN RETURN; END IF;
  FOR child IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = parent::regclass AND c.relname ~ '_[0-9]{8}$'
      AND to_date(right(c.relname, 8), 'YYYYMMDD') + 1 < clock_timestamp() - keep
  LOOP
    EXECUTE format('DROP TABLE %I', child);
  END LOOP;
END $$;
`;

/** The log's own schema, `log`: platform tables of a service are not among them. */
export const logMigrations: readonly Migration[] = [
  { name: 'CreateMessageLog1763632801000', up: tables + groups + publish + beat + days },
  {
    // The instant of publishing follows a person's act within milliseconds: a record tells the hour, as an event does.
    name: 'RecordsAtTheHour1764100002000',
    up: publish
      .replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION')
      .replace('clock_timestamp(), i.key', "date_trunc('hour', clock_timestamp(), 'UTC'), i.key"),
  },
  {
    // The head's lock makes offsets unique. The partition's topic and the day say nothing within a day of a topic.
    name: 'RecordsByPlace1764457210000',
    up: `ALTER TABLE record DROP CONSTRAINT record_pkey;
      CREATE INDEX record_place ON record (part, "offset")`,
  },
];
