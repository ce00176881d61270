import { createHash, randomBytes } from 'node:crypto';
import { TraceSearch } from '@tact/traces';
import { type Needle, type PlantedCanary, HOUR_MS } from '@tact/contracts';
import { toCbor } from '../compact/cbor.ts';
import { deflated } from '../compact/deflated.ts';
import type { MessageLog } from '../log/port.ts';
import type { Database } from '../postgres/database.ts';

/** A canary whose sweep died is removed by a later one. */
const LEFT_AFTER_SECONDS = 3600;

const tableOf = (canaryId: string): string => `sweep_canary_${canaryId.replace('-', '_')}`;
const topicOf = (canaryId: string): string => `sweep-canary-${canaryId}`;

/** An invented person in a table and a topic of their own, so that a sweep can prove that it finds what is there. */
export class Canaries {
  readonly #database: Database;
  readonly #log: MessageLog;

  constructor({ database, log }: { database: Database; log: MessageLog }) {
    this.#database = database;
    this.#log = log;
  }

  async plant(needles: readonly Needle[]): Promise<PlantedCanary> {
    await this.#removeLeft();
    const seconds = Math.floor(Date.now() / 1000);
    const canaryId = `${seconds}-${randomBytes(6).toString('hex')}`;
    const search = new TraceSearch(needles, (algorithm, bytes) =>
      createHash(algorithm).update(bytes).digest(),
    );
    const variants = search.patterns.map((bytes) => Buffer.from(bytes));
    await this.#plantRows(tableOf(canaryId), needles, variants);
    await this.#plantRecord(topicOf(canaryId), needles, variants);
    return {
      canaryId,
      table: `${this.#database.schema}.${tableOf(canaryId)}`,
      topic: topicOf(canaryId),
    };
  }

  /** Repeating it is harmless. */
  async remove(canaryId: string): Promise<void> {
    await this.#database.queryable.query(`DROP TABLE IF EXISTS ${tableOf(canaryId)}`);
    await this.#log.admin.dropTopic(topicOf(canaryId));
  }

  /** Values in columns of every nature, in every form that data is stored in, and each variant as bytes. */
  async #plantRows(
    table: string,
    needles: readonly Needle[],
    variants: readonly Buffer[],
  ): Promise<void> {
    const values = needles.map(({ value }) => value);
    await this.#database.transaction(async (tx) => {
      await tx.query(
        `CREATE TABLE ${table} (words text, list text[], told json, structured jsonb, bytes bytea,
           packed bytea, deflated bytea)`,
      );
      await tx.query(
        `INSERT INTO ${table} (words, list, told, structured)
         SELECT value, ARRAY[value], json_build_object('value', value), jsonb_build_object('value', value)
         FROM unnest($1::text[]) AS value`,
        [values],
      );
      await tx.query(`INSERT INTO ${table} (bytes) SELECT * FROM unnest($1::bytea[])`, [variants]);
      await tx.query(
        `INSERT INTO ${table} (packed, deflated) SELECT * FROM unnest($1::bytea[], $2::bytea[])`,
        [
          values.map((value) => toCbor([value])),
          values.map((value) => deflated(JSON.stringify({ value }))),
        ],
      );
    });
  }

  async #plantRecord(
    topic: string,
    needles: readonly Needle[],
    variants: readonly Buffer[],
  ): Promise<void> {
    const spec = { partitions: 1, retentionMs: HOUR_MS, cleanupPolicy: 'delete' } as const;
    await this.#log.admin.ensureTopics([{ name: topic, ...spec }]);
    const text = needles.map(({ value }) => value).join(' ');
    const separator = Buffer.from('\n');
    const value = Buffer.concat(variants.flatMap((bytes) => [bytes, separator]));
    await this.#log.publish([
      { topic, partition: 0, key: text, headers: { reported: text }, value },
    ]);
  }

  async #removeLeft(): Promise<void> {
    const tables = await this.#database.queryable.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables
       WHERE schemaname = $1 AND tablename ~ '^sweep_canary_[0-9]{10}_[0-9a-f]{12}$'`,
      [this.#database.schema],
    );
    const oldest = Math.floor(Date.now() / 1000) - LEFT_AFTER_SECONDS;
    for (const { name } of tables) {
      const canaryId = name.replace('sweep_canary_', '').replace('_', '-');
      if (Number(canaryId.slice(0, 10)) < oldest) await this.remove(canaryId);
    }
  }
}
