/**
 * Imports on their way. The lines lie in `import_chunks`, sealed under the import's own key and deleted as
 * they are judged; what stays of an import are numbers. `upload` is how its upload stands, `state` how its lines do.
 */
export const importSchema = `
  CREATE TABLE imports (
    import_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    type text NOT NULL CHECK (type IN ('contacts', 'consents', 'signals')),
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'finished', 'incomplete')),
    upload text NOT NULL DEFAULT 'receiving' CHECK (upload IN ('receiving', 'complete', 'cut')),
    upload_seen_at timestamptz NOT NULL DEFAULT now(),
    wrapped_key bytea,
    key_fingerprint uuid,
    keyed_at timestamptz NOT NULL DEFAULT now(),
    body_fingerprint uuid,
    bytes_received bigint NOT NULL DEFAULT 0,
    lines_read bigint NOT NULL DEFAULT 0,
    chunks_received integer NOT NULL DEFAULT 0,
    chunks_done integer NOT NULL DEFAULT 0,
    lines_applied bigint NOT NULL DEFAULT 0,
    lines_duplicate bigint NOT NULL DEFAULT 0,
    lines_rejected bigint NOT NULL DEFAULT 0,
    not_contactable bigint NOT NULL DEFAULT 0,
    lease_owner uuid,
    lease_until timestamptz,
    failures integer NOT NULL DEFAULT 0,
    worked_at timestamptz,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT imports_key_kept CHECK ((wrapped_key IS NULL) = (state <> 'running'))
  );
  CREATE UNIQUE INDEX imports_key ON imports (tenant_id, key_fingerprint);
  CREATE INDEX imports_running ON imports (worked_at NULLS FIRST) WHERE state = 'running';
  CREATE TABLE import_chunks (
    import_id text NOT NULL REFERENCES imports,
    seq integer NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (import_id, seq)
  );
  -- Ciphertext does not shrink: trying to costs more than the line itself.
  ALTER TABLE import_chunks ALTER sealed SET STORAGE EXTERNAL;
  CREATE TABLE import_errors (
    import_id text NOT NULL REFERENCES imports,
    line bigint NOT NULL,
    errors json NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (import_id, line)
  );
  CREATE INDEX import_errors_age ON import_errors (at);`;

/** What an earlier version was at goes on as a job, due at once on any clock. */
export const importJobsSchema = `
  INSERT INTO jobs (kind, unique_key, run_at, payload)
  SELECT 'apply-import', import_id, to_timestamp(0), json_build_object('importId', import_id)
  FROM imports WHERE state = 'running';
  ALTER TABLE imports DROP COLUMN lease_owner, DROP COLUMN lease_until, DROP COLUMN failures,
    DROP COLUMN worked_at;`;

/** What was said of a file, what it turned out to be, and how exports are read: no value of a file. */
export const importFilesSchema = `
  ALTER TABLE imports ADD COLUMN options json NOT NULL DEFAULT '{}', ADD COLUMN file json;
  CREATE TABLE import_mappings (
    tenant_id text NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    document json NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, name, version)
  );`;

/** How many rows of a running import have each number and address, by keyed fingerprints; what many share stays with the import. */
export const importValuesSchema = `
  CREATE TABLE import_values (
    import_id text NOT NULL REFERENCES imports,
    fingerprint uuid NOT NULL,
    kind text NOT NULL,
    contacts integer NOT NULL,
    rows bigint[] NOT NULL,
    PRIMARY KEY (import_id, fingerprint)
  );
  ALTER TABLE imports ADD COLUMN shared_values json;`;
