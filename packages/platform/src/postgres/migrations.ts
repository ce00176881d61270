import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { Client } from 'pg';
import { StartupRefusal } from '../config/startup-refusal.ts';
import { ADVISORY_CLASS } from './advisory.ts';
import { clientConfig, type Database } from './database.ts';
import { cleanError } from './errors.ts';
import { queryableOfRunner, silentLogger } from './data-source.ts';
import type { Queryable } from './queryable.ts';

export type Migration = {
  /** What it does, then its time in milliseconds: 13 digits, which order the migrations. */
  readonly name: string;
  readonly up: string | ((tx: Queryable) => Promise<void>);
};

/** Creates the schema and runs what is pending, each in a transaction; concurrent starts wait for one another. */
export const migrate = async (
  database: Database,
  migrations: readonly Migration[],
): Promise<readonly string[]> => {
  const client = await database.connect('migrate');
  try {
    await client.query(`SELECT pg_advisory_lock(${ADVISORY_CLASS}, hashtext($1))`, [
      `migrate ${database.schema}`,
    ]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${database.schema}`);
    const done = await namesDone(client, database.schema);
    refuseNewer(done, database.schema, migrations);
    // Most starts find nothing to do, and then need no second connection and nothing of TypeORM.
    if (migrations.every(({ name }) => done.includes(name))) return [];
    return await run(database, migrations);
  } catch (error) {
    throw cleanError(error);
  } finally {
    await client.end();
  }
};

/** The migrations that the schema has behind it, the newest first. */
const namesDone = async (client: Client, schema: string): Promise<readonly string[]> => {
  const table = `${schema}.migrations`;
  const { rows: found } = await client.query('SELECT WHERE to_regclass($1) IS NOT NULL', [table]);
  if (found.length === 0) return [];
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM ${table} ORDER BY timestamp DESC`,
  );
  return rows.map(({ name }) => name);
};

/** What a later release made of the schema is unknown here: its rows would be misread, or written wrongly. */
const refuseNewer = (
  done: readonly string[],
  schema: string,
  migrations: readonly Migration[],
): void => {
  const known = migrations.map(({ name }) => name).toSorted((a, b) => timeOf(a) - timeOf(b));
  const newest = done.find((name) => !known.includes(name));
  if (newest === undefined) return;
  throw new StartupRefusal(
    `The schema ${schema} was made by a newer version of Tact (it has ${newest}, this version ends at ${known.at(-1) ?? 'nothing'}): start that version, or restore a backup from before the upgrade.`,
  );
};

const timeOf = (name: string): number => Number(name.slice(-13));

const run = async (database: Database, migrations: readonly Migration[]): Promise<string[]> => {
  const { connectionString: _, ...extra } = clientConfig({
    url: database.url,
    schema: database.schema,
    statementTimeoutMs: 0,
  });
  const source = new DataSource({
    type: 'postgres',
    url: database.url,
    schema: database.schema,
    extra: { ...extra, max: 1 },
    migrations: migrations.map(migrationClass),
    migrationsTableName: 'migrations',
    installExtensions: false,
    logging: false,
    logger: silentLogger,
  });
  await source.initialize();
  try {
    const done = await source.runMigrations({ transaction: 'each' });
    return done.map(({ name }) => name);
  } finally {
    await source.destroy();
  }
};

/** TypeORM wants a class whose instances have a name that ends in the time. */
const migrationClass = (migration: Migration): new () => MigrationInterface => {
  if (!/\D\d{13}$/.test(migration.name)) {
    throw new Error(`Migration ${migration.name}: its name must end in 13 digits, its time`);
  }
  return class implements MigrationInterface {
    readonly name = migration.name;

    async up(runner: QueryRunner): Promise<void> {
      const tx = queryableOfRunner(runner);
      if (typeof migration.up === 'string') await tx.query(migration.up);
      else await migration.up(tx);
    }

    down(): Promise<void> {
      return Promise.reject(new Error('Migrations only go forward: write a new one'));
    }
  };
};
