import type { Migration } from '../postgres/migrations.ts';

// A job is a row until it is done. `waiting` rows alone are in the index that is claimed from; `behind` waits for an
// earlier job of its order key. What reads as a person never stands here: keys and payload are ids, and a time that
// belongs to a person is the hour. So an erasure has nothing to do but what the job itself does when it finds nobody.
const tables = `
CREATE TABLE jobs (
  job_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  unique_key text COLLATE "C",
  order_key text COLLATE "C",
  priority smallint NOT NULL DEFAULT 1,
  run_at timestamptz NOT NULL,
  payload json NOT NULL,
  state text COLLATE "C" NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'behind', 'running', 'parked')),
  -- Raised by every claim and every end of a lease: who names an older one has lost the job.
  epoch integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  -- By the database's clock, which all processes of the service share.
  lease_until timestamptz,
  -- Asked for again while it ran: it is not done with, it waits until then.
  next_run_at timestamptz,
  parked_at timestamptz,
  reason text,
  detail text,
  CONSTRAINT jobs_leased CHECK ((state = 'running') = (lease_until IS NOT NULL)),
  CONSTRAINT jobs_parked_why CHECK (state <> 'parked' OR (parked_at IS NOT NULL AND reason IS NOT NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE UNIQUE INDEX jobs_unique ON jobs (kind, unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX jobs_due ON jobs (kind, priority, run_at, job_id) WHERE state = 'waiting';
CREATE INDEX jobs_leases ON jobs (kind, lease_until) WHERE state = 'running';
CREATE INDEX jobs_order ON jobs (kind, order_key, job_id) WHERE order_key IS NOT NULL;
CREATE INDEX jobs_parked ON jobs (kind, parked_at) WHERE state = 'parked';
`;

export const jobMigrations: readonly Migration[] = [
  { name: 'CreateJobs1764420000000', up: tables },
];
