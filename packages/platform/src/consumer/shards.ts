import type { Queryable } from '../postgres/queryable.ts';
import type { Decoded } from './decode.ts';

type ShardRow = { source: string; shard: string; last: number; acceptsGap: boolean };

/** Partitions (`topic:partition`) a group has read from, as the sources' shards are called. */
export const knownShards = async (tx: Queryable, group: string): Promise<Set<string>> => {
  const rows = await tx.query<{ shard: string }>(
    'SELECT DISTINCT shard FROM consumed_shards WHERE group_name = $1 AND last_seq >= 0',
    [group],
  );
  return new Set(rows.map(({ shard }) => shard));
};

/** What was lost is accepted once, of each shard; what was consumed is still known, and has no second effect. */
export const acceptGaps = async (tx: Queryable, group: string): Promise<void> => {
  await tx.query('UPDATE consumed_shards SET accepts_gap = true WHERE group_name = $1', [group]);
};

export type Gap = {
  readonly source: string;
  readonly shard: string;
  readonly topic: string;
  readonly partition: number;
  readonly missing: number;
};

export type Fresh = {
  readonly fresh: Decoded[];
  readonly duplicates: number;
  readonly gaps: Gap[];
  /** The counts after this batch. */
  readonly last: ReadonlyMap<string, ShardRow>;
};

/**
 * Locks the shards of a batch and drops what was consumed before. A member that was expelled and the new
 * holder of its partition meet at this lock: the second sees what the first committed.
 */
export const lockShards = async (
  tx: Queryable,
  group: string,
  batch: readonly Decoded[],
): Promise<Fresh> => {
  const shards = new Map<string, { source: string; shard: string }>();
  for (const { place } of batch) if (place) shards.set(`${place.source} ${place.shard}`, place);
  const known = await readLast(tx, group, [...shards.values()]);
  return sift(batch, known);
};

const readLast = async (
  tx: Queryable,
  group: string,
  shards: readonly { source: string; shard: string }[],
): Promise<Map<string, ShardRow>> => {
  const values = [group, shards.map(({ source }) => source), shards.map(({ shard }) => shard)];
  const look = (): Promise<ShardRow[]> =>
    tx.query<ShardRow>(
      `SELECT source, shard, last_seq AS last, accepts_gap AS "acceptsGap" FROM consumed_shards
       WHERE group_name = $1 AND (source, shard) IN (SELECT * FROM unnest($2::text[], $3::text[]))
       ORDER BY source, shard FOR UPDATE`,
      values,
      'lock_shards',
    );
  let rows = await look();
  if (rows.length < shards.length) {
    // -1: nothing was consumed yet, and whatever comes first is the beginning.
    await tx.query(
      `INSERT INTO consumed_shards (group_name, source, shard, last_seq)
       SELECT $1, source, shard, -1 FROM unnest($2::text[], $3::text[]) AS s (source, shard)
       ON CONFLICT DO NOTHING`,
      values,
    );
    rows = await look();
  }
  return new Map(rows.map((row) => [`${row.source} ${row.shard}`, row]));
};

const sift = (batch: readonly Decoded[], known: ReadonlyMap<string, ShardRow>): Fresh => {
  const last = new Map([...known].map(([key, row]) => [key, { ...row }]));
  const gaps: Gap[] = [];
  const fresh = batch.filter(({ place, record: { topic, partition } }) => {
    if (place === undefined) return true;
    const row = last.get(`${place.source} ${place.shard}`);
    if (row === undefined) throw new Error(`shard ${place.shard} was not locked`);
    if (place.shardSeq <= row.last) return false;
    const missing = place.shardSeq - row.last - 1;
    if (row.last >= 0 && missing > 0 && !row.acceptsGap) {
      gaps.push({ source: row.source, shard: row.shard, topic, partition, missing });
    }
    row.last = place.shardSeq;
    row.acceptsGap = false;
    return true;
  });
  return { fresh, duplicates: batch.length - fresh.length, gaps, last };
};

export const moveShards = async (tx: Queryable, group: string, { last }: Fresh): Promise<void> => {
  const rows = [...last.values()];
  if (rows.length === 0) return;
  await tx.query(
    `UPDATE consumed_shards c SET last_seq = s.last, accepts_gap = false
     FROM unnest($2::text[], $3::text[], $4::bigint[]) AS s (source, shard, last)
     WHERE c.group_name = $1 AND c.source = s.source AND c.shard = s.shard`,
    [
      group,
      rows.map(({ source }) => source),
      rows.map(({ shard }) => shard),
      rows.map(({ last: seq }) => seq),
    ],
    'move_shards',
  );
};
