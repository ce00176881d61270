import type { Migration } from '../postgres/migrations.ts';

// One row: how far the outbox is published, the shards' counts at that point, and who may move them.
const checkpoint = `
CREATE TABLE relay_checkpoint (
  name text PRIMARY KEY,
  position bigint NOT NULL,
  shard_seqs json NOT NULL,
  epoch bigint NOT NULL,
  holder_pid integer NOT NULL,
  lease_until timestamptz NOT NULL
) WITH (fillfactor = 50);
`;

export const relayMigrations: readonly Migration[] = [
  { name: 'CreateRelayCheckpoint1763632802000', up: checkpoint },
];
