import type { Migration } from '../postgres/migrations.ts';

export const projectionMigrations: readonly Migration[] = [
  {
    name: 'CreateCheckpoints1763632801000',
    up: `
CREATE TABLE checkpoints (
  name text PRIMARY KEY,
  version integer NOT NULL,
  position bigint NOT NULL,
  timeline text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);`,
  },
  // The record of a rebuild is also the checkpoint of its shadow: each batch moves it in the same transaction.
  {
    name: 'ProjectionRebuilds1764420100000',
    up: `CREATE TABLE projection_rebuilds (
      rebuild_id text PRIMARY KEY,
      projection text NOT NULL,
      version integer NOT NULL,
      shape text NOT NULL,
      state text NOT NULL,
      position bigint NOT NULL DEFAULT 0,
      target bigint NOT NULL DEFAULT 0,
      events bigint NOT NULL DEFAULT 0,
      started_at timestamptz NOT NULL,
      erasures bigint NOT NULL,
      updated_at timestamptz NOT NULL,
      finished_at timestamptz,
      live_rows bigint,
      new_rows bigint,
      same boolean
    ) WITH (fillfactor = 50);
    CREATE UNIQUE INDEX projection_rebuilds_running ON projection_rebuilds (projection)
      WHERE state = 'running';
    CREATE INDEX projection_rebuilds_latest ON projection_rebuilds (projection, started_at DESC);`,
  },
];
