import type { Database } from '../../postgres/database.ts';
import { GroupBusy, TopicDrift } from '../port.ts';
import type { LogAdmin, PartitionLag, ReceivedRecord, TopicSpec } from '../port.ts';
import { fetchAfter, type Reach } from './fetch.ts';
import { isGone } from './living-members.ts';

const scanReach: Reach = { placesMax: 1, recordsMax: 500, bytesMax: 8 * 1024 * 1024 };

type TopicRow = { id: number; partitions: number; cleanup_policy: string };

/** Topics, lag and offsets of the PostgreSQL log. */
export class PostgresLogAdmin implements LogAdmin {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    for (const topic of topics.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      await this.#ensureTopic(topic);
    }
  }

  async #ensureTopic({ name, partitions, retentionMs, cleanupPolicy }: TopicSpec): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('tact log topics'))`);
      const [row] = await tx.query<TopicRow>(
        'SELECT id, partitions, cleanup_policy FROM topic WHERE name = $1',
        [name],
      );
      if (row !== undefined) {
        refuseDrift(name, row, { partitions, cleanup_policy: cleanupPolicy });
        return;
      }
      const [created] = await tx.query<TopicRow>(
        'INSERT INTO topic (name, partitions, retention_ms, cleanup_policy) VALUES ($1, $2, $3, $4) RETURNING id',
        [name, partitions, retentionMs, cleanupPolicy],
      );
      await tx.query(
        'INSERT INTO head (topic, part) SELECT $1, n FROM generate_series(0, $2::integer - 1) AS n',
        [created?.id, partitions],
      );
      await tx.query('SELECT keep_days($1)', [created?.id]);
    });
  }

  async partitions(topic: string): Promise<number> {
    const [row] = await this.#database.queryable.query<TopicRow>(
      'SELECT partitions FROM topic WHERE name = $1',
      [topic],
    );
    if (row === undefined)
      throw new Error(`The log has no topic ${topic}: create it from the contracts.`);
    return row.partitions;
  }

  /** Ids by name; an unknown topic is an error. */
  async topicIds(topics: readonly string[]): Promise<Map<number, string>> {
    const rows = await this.#database.queryable.query<{ id: number; name: string }>(
      'SELECT id, name FROM topic WHERE name = ANY ($1)',
      [topics],
    );
    const missing = topics.filter((topic) => !rows.some(({ name }) => name === topic));
    if (missing.length > 0) throw new Error(`The log has no topic ${missing.join(', ')}.`);
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  async lag(group: string, topics: readonly string[]): Promise<readonly PartitionLag[]> {
    return this.#database.queryable.query<PartitionLag>(
      `SELECT name AS topic, part AS partition, committed, "end", "end" - committed AS lag FROM (
         SELECT t.name, h.part, h.next_offset AS "end", coalesce(c.next_offset,
           (SELECT min(r."offset") FROM record r WHERE r.topic = h.topic AND r.part = h.part), h.next_offset) AS committed
         FROM topic t JOIN head h ON h.topic = t.id
         LEFT JOIN claim c ON c.group_name = $1 AND c.topic = h.topic AND c.part = h.part
         WHERE t.name = ANY ($2)) AS l ORDER BY name, part`,
      [group, topics],
    );
  }

  async resetOffsets(group: string, topic: string, to: 'earliest' | 'latest'): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.query('INSERT INTO consumer_group (name) VALUES ($1) ON CONFLICT DO NOTHING', [
        group,
      ]);
      await tx.query('UPDATE consumer_group SET generation = generation + 1 WHERE name = $1', [
        group,
      ]);
      const [busy] = await tx.query(
        `SELECT 1 FROM member m WHERE m.group_name = $1 AND NOT ${isGone('m')} LIMIT 1`,
        [group],
      );
      if (busy) throw new GroupBusy(group);
      await tx.query(
        `INSERT INTO claim AS c (group_name, topic, part, next_offset)
         SELECT $1, h.topic, h.part, CASE WHEN $3 THEN h.next_offset ELSE coalesce(
           (SELECT min(r."offset") FROM record r WHERE r.topic = h.topic AND r.part = h.part), h.next_offset) END
         FROM topic t JOIN head h ON h.topic = t.id WHERE t.name = $2
         ON CONFLICT (group_name, topic, part) DO UPDATE SET next_offset = EXCLUDED.next_offset, epoch = c.epoch + 1`,
        [group, topic, to === 'latest'],
      );
    });
  }

  async topicNames(): Promise<readonly string[]> {
    const rows = await this.#database.queryable.query<{ name: string }>(
      'SELECT name FROM topic ORDER BY name',
    );
    return rows.map(({ name }) => name);
  }

  async scan(topic: string, take: (records: readonly ReceivedRecord[]) => void): Promise<void> {
    const heads = await this.#database.queryable.query<{ id: number; part: number; end: number }>(
      `SELECT t.id, h.part, h.next_offset AS "end" FROM topic t JOIN head h ON h.topic = t.id
       WHERE t.name = $1 ORDER BY h.part`,
      [topic],
    );
    for (const { id, part, end } of heads) {
      let place = { topic: id, topicName: topic, part, next: 0 };
      while (place.next < end) {
        const found = await fetchAfter(this.#database, [place], { reach: scanReach, unread: [] });
        const records = (found.get(place) ?? []).filter(({ offset }) => Number(offset) < end);
        const last = records.at(-1);
        if (last === undefined) break;
        take(records);
        place = { ...place, next: Number(last.offset) + 1 };
      }
    }
  }

  async dropTopic(topic: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('tact log topics'))`);
      const [row] = await tx.query<TopicRow>('SELECT id FROM topic WHERE name = $1', [topic]);
      if (row === undefined) return;
      await tx.query(`DROP TABLE IF EXISTS record_${row.id}`);
      for (const table of ['claim', 'head']) {
        await tx.query(`DELETE FROM ${table} WHERE topic = $1`, [row.id]);
      }
      await tx.query('DELETE FROM topic WHERE id = $1', [row.id]);
    });
  }

  /** Makes tomorrow's tables and drops the expired ones. */
  async maintain(): Promise<void> {
    const topics = await this.#database.queryable.query<{ id: number }>('SELECT id FROM topic');
    for (const { id } of topics) {
      await this.#database.transaction(async (tx) => {
        await tx.query(
          `SELECT pg_advisory_xact_lock(hashtext('tact log topics')), set_config('lock_timeout', '2s', true)`,
        );
        await tx.query('SELECT keep_days($1)', [id]);
      });
    }
  }
}

export const refuseDrift = (
  name: string,
  found: Pick<TopicRow, 'partitions' | 'cleanup_policy'>,
  asked: Pick<TopicRow, 'partitions' | 'cleanup_policy'>,
): void => {
  const wrong = (['partitions', 'cleanup_policy'] as const).filter(
    (key) => found[key] !== asked[key],
  );
  if (wrong.length === 0) return;
  const difference = wrong.map((key) => `${key} is ${found[key]}, the contracts say ${asked[key]}`);
  throw new TopicDrift(
    `Topic ${name}: ${difference.join('; ')}. Nothing was changed: make a topic with a new name, or correct the contracts.`,
  );
};
