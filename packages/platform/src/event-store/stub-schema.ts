// What is left of an event whose person was erased, and the one way to it. The setting opens the door, and the row's own
// trigger looks at what goes through: an event becomes a stub, once, and nothing else becomes of it. Its stream and subject
// are a random word of its own, so stubs of one person cannot be told to be one's.

/** The name of every stub's stream begins so. */
const prefix = 'erased-';

export const stubStream = (drawn: string): string => prefix + drawn;

/** SQL: true of rows that are no stubs. */
export const isWhole = `NOT starts_with(stream, '${prefix}')`;

const key = '[0-9a-f]{32}';
const stubData = `^\\{"\\$erased":\\{"v":1,"sha256":"[0-9a-f]{64}","revision":(null|[0-9]{1,9}),"beside":\\[("${key}"(,"${key}"){0,15})?\\]\\}\\}$`;

export const stubSchema = `
DROP TRIGGER events_append_only ON events;
CREATE TRIGGER events_append_only BEFORE TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change();
CREATE TRIGGER events_stubbed_by_function BEFORE UPDATE ON events FOR EACH STATEMENT
  WHEN (current_setting('tact.stubbing', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION refuse_event_change();
CREATE FUNCTION refuse_other_stub() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF starts_with(OLD.stream, '${prefix}')
    OR (NEW.position, NEW.event_id, NEW.type, NEW.schema_version, NEW.tenant_id, NEW.recorded_at, NEW.occurred_at)
      IS DISTINCT FROM (OLD.position, OLD.event_id, OLD.type, OLD.schema_version, OLD.tenant_id, OLD.recorded_at,
        date_trunc('hour', OLD.occurred_at, 'UTC'))
    OR NEW.stream !~ '^${prefix}${key}$' OR NEW.version <> 1 OR NEW.subject <> ''
    OR NEW.command_id IS NOT NULL OR NEW.packed IS NOT NULL
    OR NEW.data::text !~ '${stubData}'
    OR NEW.meta::text IS DISTINCT FROM
      format('{"correlationid":"%s","causationid":"%s"}', OLD.event_id, OLD.event_id)
  THEN
    RAISE EXCEPTION 'of an event a stub is made, once, and nothing else' USING ERRCODE = 'TC002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER events_become_stubs BEFORE UPDATE ON events
  FOR EACH ROW EXECUTE FUNCTION refuse_other_stub();
CREATE FUNCTION stub_events(ids uuid[], names text[], datas text[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE count bigint;
BEGIN
  PERFORM set_config('tact.stubbing', 'on', true);
  UPDATE events e SET stream = s.name, version = 1, subject = '', command_id = NULL, packed = NULL,
    occurred_at = date_trunc('hour', e.occurred_at, 'UTC'), data = s.data::json,
    meta = format('{"correlationid":"%s","causationid":"%s"}', e.event_id, e.event_id)::json
  FROM unnest(ids, names, datas) AS s (id, name, data) WHERE e.event_id = s.id;
  GET DIAGNOSTICS count = ROW_COUNT;
  PERFORM set_config('tact.stubbing', 'off', true);
  RETURN count;
END $$;`;
