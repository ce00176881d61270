import type { Migration } from '../postgres/migrations.ts';

// `consumed_shards` moves in the effect's transaction: that, and nothing in Kafka, makes an effect happen once.
// A row of `parked_keys` says that a key stands still; consumers share it, a redrive that empties it takes it.
const tables = `
CREATE TABLE consumed_shards (
  group_name text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  shard text COLLATE "C" NOT NULL,
  last_seq bigint NOT NULL,
  PRIMARY KEY (group_name, source, shard)
) WITH (fillfactor = 50);
CREATE TABLE parked_keys (
  group_name text COLLATE "C" NOT NULL,
  topic text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (group_name, topic, key)
);
CREATE TABLE parked_records (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  group_name text COLLATE "C" NOT NULL,
  topic text COLLATE "C" NOT NULL,
  part integer NOT NULL,
  "offset" bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  headers json NOT NULL,
  value bytea NOT NULL,
  taken_at timestamptz NOT NULL,
  reason text NOT NULL,
  detail text NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The source's own count where there is one: offsets start again with a new topic or another log.
  identity text COLLATE "C" NOT NULL,
  UNIQUE (group_name, identity)
);
CREATE INDEX parked_records_key ON parked_records (group_name, topic, key, id);
`;

// A group that missed records stands still, whatever process takes it up, until a person resets it. The first gap of
// each shard after that is the one the person accepted.
const behind = `
CREATE TABLE consumers_behind (
  group_name text COLLATE "C" PRIMARY KEY,
  sentence text NOT NULL,
  since timestamptz NOT NULL
);
ALTER TABLE consumed_shards ADD COLUMN accepts_gap boolean NOT NULL DEFAULT false;
`;

export const consumerMigrations: readonly Migration[] = [
  { name: 'CreateConsumerTables1763632803000', up: tables },
  { name: 'ConsumersBehindTheLog1764448200000', up: behind },
];
