import { TenantId } from '@tact/contracts';
import type { ReceivedRecord } from '../log/port.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { Decoded, Defect } from './decode.ts';

export type Parked = Decoded & { readonly defect: Defect };

export type ParkedKey = {
  readonly topic: string;
  readonly key: string;
  readonly records: number;
  /** Why the first record of the key stands still. */
  readonly reason: string;
  readonly detail: string;
  readonly parkedAt: Date;
  /** It waits for its time and not for a person: shown, and no alert. */
  readonly goesOnAlone?: boolean;
};

/** What stands under one key: how many records, and whose they are; `null` where one does not say. */
export type Holding = { readonly records: number; readonly tenantIds: readonly (string | null)[] };

export type ParkedSummary = {
  readonly keys: number;
  readonly records: number;
  readonly oldestAgeMs: number;
};

const keyOf = (topic: string, key: string): string => `${topic} ${key}`;

/** The keys of a batch that stand still. The share lock keeps a redrive from waking one while this batch adds to it. */
export const lockParkedKeys = async (
  tx: Queryable,
  group: string,
  records: readonly ReceivedRecord[],
): Promise<ReadonlySet<string>> => {
  const keys = [...new Set(records.map(({ key }) => key))];
  const rows = await tx.query<{ topic: string; key: string }>(
    'SELECT topic, key FROM parked_keys WHERE group_name = $1 AND key = ANY ($2) FOR SHARE',
    [group, keys],
    'lock_parked_keys',
  );
  return new Set(rows.map(({ topic, key }) => keyOf(topic, key)));
};

/** Splits a batch into what may be handled and what must wait: defects, and everything behind them of the same key. */
export const separate = (
  batch: readonly Decoded[],
  standing: ReadonlySet<string>,
): { ready: Decoded[]; parked: Parked[] } => {
  const stopped = new Set(standing);
  const ready: Decoded[] = [];
  const parked: Parked[] = [];
  for (const decoded of batch) {
    const { topic, key } = decoded.record;
    const behind = stopped.has(keyOf(topic, key));
    if (decoded.defect === undefined && !behind) {
      ready.push(decoded);
      continue;
    }
    stopped.add(keyOf(topic, key));
    const defect = decoded.defect ?? {
      reason: 'behind-parked',
      detail: 'an earlier record is parked',
    };
    parked.push({ ...decoded, defect });
  }
  return { ready, parked };
};

/** Keeps records in their order; the same record again is the same row. */
export const park = async (
  tx: Queryable,
  group: string,
  parked: readonly Parked[],
): Promise<void> => {
  for (const { record, place, defect } of parked) {
    await tx.query(
      `INSERT INTO parked_keys (group_name, topic, key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [group, record.topic, record.key],
    );
    await tx.query(
      `INSERT INTO parked_records
         (group_name, topic, part, "offset", key, headers, value, taken_at, reason, detail, identity)
       VALUES ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), $9, $10, $11) ON CONFLICT DO NOTHING`,
      [
        group,
        record.topic,
        record.partition,
        record.offset,
        record.key,
        JSON.stringify(record.headers),
        record.value,
        record.timestamp,
        defect.reason,
        defect.detail,
        place
          ? `${place.source} ${place.shard} ${place.shardSeq}`
          : `${record.topic}:${record.partition} @ ${record.offset} ${record.timestamp}`,
      ],
    );
  }
};

/** The groups in which records of one of these keys wait to be handled: what they tell is not known yet. */
export const groupsParking = async (
  queryable: Queryable,
  groups: readonly string[],
  keys: readonly string[],
): Promise<readonly string[]> => {
  const rows = await queryable.query<{ group: string }>(
    'SELECT DISTINCT group_name AS "group" FROM parked_keys WHERE group_name = ANY ($1) AND key = ANY ($2)',
    [groups, keys],
    'groups_parking',
  );
  return rows.map(({ group }) => group);
};

/** Whose records of a key wait; a record whose head says nothing of it is nobody's. */
export const parkedTenants = async (
  queryable: Queryable,
  { group, key }: { readonly group: string; readonly key: string },
): Promise<readonly string[]> => {
  const rows = await queryable.query<{ tenantId: unknown }>(
    `SELECT DISTINCT headers ->> 'ce_tenantid' AS "tenantId" FROM parked_records
     WHERE group_name = $1 AND key = $2`,
    [group, key],
    'parked_tenants',
  );
  return rows.flatMap(({ tenantId }) => TenantId.safeParse(tenantId).data ?? []);
};

export const parkedSummary = async (
  queryable: Queryable,
  group: string,
): Promise<ParkedSummary> => {
  const [row] = await queryable.query<ParkedSummary>(
    `SELECT (SELECT count(*) FROM parked_keys WHERE group_name = $1) AS keys, count(*) AS records,
       coalesce(extract(epoch FROM clock_timestamp() - min(parked_at)) * 1000, 0)::float8 AS "oldestAgeMs"
     FROM parked_records WHERE group_name = $1`,
    [group],
  );
  return row ?? { keys: 0, records: 0, oldestAgeMs: 0 };
};

export const holdingOf = async (
  queryable: Queryable,
  group: string,
  key: string,
): Promise<Holding> => {
  const [row] = await queryable.query<Holding>(
    `SELECT count(*)::int AS records, coalesce(json_agg(DISTINCT headers ->> 'ce_tenantid'), '[]') AS "tenantIds"
     FROM parked_records WHERE group_name = $1 AND key = $2`,
    [group, key],
  );
  const { records, tenantIds } = row ?? { records: 0, tenantIds: [] };
  return { records, tenantIds: records === 0 ? [] : tenantIds };
};

export const parkedKeys = (
  queryable: Queryable,
  group: string,
  limit: number,
): Promise<ParkedKey[]> => {
  return queryable.query<ParkedKey>(
    `SELECT DISTINCT ON (topic, key) topic, key, reason, detail, parked_at AS "parkedAt",
       count(*) OVER (PARTITION BY topic, key) AS records
     FROM parked_records WHERE group_name = $1 ORDER BY topic, key, id LIMIT $2`,
    [group, limit],
  );
};
