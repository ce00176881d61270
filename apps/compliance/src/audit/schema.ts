/**
 * Rows of a chain are never changed and never deleted. What tells whom a row is about stands beside what the hash is
 * over, and an erasure blanks it: the row goes on saying that something was done, and to whom is gone.
 */
export const auditSchema = `
  CREATE TABLE audit_chains (
    tenant_id text COLLATE "C" PRIMARY KEY,
    seq bigint NOT NULL,
    hash bytea NOT NULL
  ) WITH (fillfactor = 50);
  CREATE TABLE audit_entries (
    tenant_id text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    act_id uuid NOT NULL,
    at timestamptz NOT NULL,
    act text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    about text,
    event_id uuid NOT NULL,
    event_source text COLLATE "C" NOT NULL,
    event_sha256 bytea NOT NULL,
    subject_commitment bytea NOT NULL,
    reason_commitment bytea,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL,
    subject text COLLATE "C",
    salt bytea,
    reason text,
    PRIMARY KEY (tenant_id, seq)
  );
  CREATE UNIQUE INDEX audit_entries_act ON audit_entries (act_id);
  CREATE INDEX audit_entries_subject ON audit_entries (tenant_id, subject, seq) WHERE subject IS NOT NULL;
  CREATE INDEX audit_entries_actor ON audit_entries (tenant_id, actor, seq);
  CREATE TABLE audit_heads (
    tenant_id text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    signed_at timestamptz NOT NULL,
    jws text NOT NULL,
    PRIMARY KEY (tenant_id, seq)
  );
  CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the audit is append-only: an erasure blanks whom an entry is about, and nothing else'
      USING ERRCODE = 'TC003';
  END $$;
  CREATE TRIGGER audit_entries_kept BEFORE DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
  CREATE FUNCTION refuse_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.subject IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.reason IS NOT NULL
      OR (NEW.tenant_id, NEW.seq, NEW.act_id, NEW.at, NEW.act, NEW.actor, NEW.about, NEW.event_id, NEW.event_source,
          NEW.event_sha256, NEW.subject_commitment, NEW.reason_commitment, NEW.prev_hash, NEW.hash)
        IS DISTINCT FROM
        (OLD.tenant_id, OLD.seq, OLD.act_id, OLD.at, OLD.act, OLD.actor, OLD.about, OLD.event_id, OLD.event_source,
          OLD.event_sha256, OLD.subject_commitment, OLD.reason_commitment, OLD.prev_hash, OLD.hash)
    THEN
      RAISE EXCEPTION 'the audit is append-only: an erasure blanks whom an entry is about, and nothing else'
        USING ERRCODE = 'TC003';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER audit_entries_blanked BEFORE UPDATE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_entry_change();
  CREATE TRIGGER audit_heads_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_heads
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();`;

/** Blanking is counted, and done through one function: see `AuditChain.blank`. */
export const auditBlankingSchema = `
  ALTER TABLE audit_chains ADD COLUMN blanked bigint NOT NULL DEFAULT 0;
  UPDATE audit_chains c SET blanked =
    (SELECT count(*) FROM audit_entries e WHERE e.tenant_id = c.tenant_id AND e.subject IS NULL);
  CREATE INDEX audit_entries_blank ON audit_entries (tenant_id, seq) WHERE subject IS NULL;
  CREATE TRIGGER audit_entries_blanked_by_function BEFORE UPDATE ON audit_entries FOR EACH STATEMENT
    WHEN (current_setting('tact.blanking', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION refuse_audit_change();
  CREATE FUNCTION blank_audit_entries(of_tenant text, of_subject text) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE count bigint;
  BEGIN
    PERFORM set_config('tact.blanking', 'on', true);
    UPDATE audit_entries SET subject = NULL, salt = NULL, reason = NULL
      WHERE tenant_id = of_tenant AND subject = of_subject;
    GET DIAGNOSTICS count = ROW_COUNT;
    PERFORM set_config('tact.blanking', 'off', true);
    UPDATE audit_chains SET blanked = blanked + count WHERE tenant_id = of_tenant;
    RETURN count;
  END $$;`;

/** What an entry of form 2 says more; the trigger knows it, so that it is as little changed as all else. */
export const auditFormSchema = `
  ALTER TABLE audit_entries ADD COLUMN changed text[], ADD COLUMN shown bigint;
  CREATE OR REPLACE FUNCTION refuse_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.subject IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.reason IS NOT NULL
      OR (NEW.tenant_id, NEW.seq, NEW.act_id, NEW.at, NEW.act, NEW.actor, NEW.about, NEW.event_id, NEW.event_source,
          NEW.event_sha256, NEW.subject_commitment, NEW.reason_commitment, NEW.prev_hash, NEW.hash, NEW.changed,
          NEW.shown)
        IS DISTINCT FROM
        (OLD.tenant_id, OLD.seq, OLD.act_id, OLD.at, OLD.act, OLD.actor, OLD.about, OLD.event_id, OLD.event_source,
          OLD.event_sha256, OLD.subject_commitment, OLD.reason_commitment, OLD.prev_hash, OLD.hash, OLD.changed,
          OLD.shown)
    THEN
      RAISE EXCEPTION 'the audit is append-only: an erasure blanks whom an entry is about, and nothing else'
        USING ERRCODE = 'TC003';
    END IF;
    RETURN NEW;
  END $$;`;
