import { createHash } from 'node:crypto';
import {
  createLog,
  logMigrations,
  migrate,
  migrationsOf,
  openDatabase,
  PostgresLog,
  type ServiceDefinition,
  topicSpecs,
} from '@tact/platform';
import { Client } from 'pg';
import { mayKeepDatabases, testDatabase, testPostgres, type TestDatabase } from './postgres.ts';

type Definition = Pick<ServiceDefinition, 'name' | 'migrations'>;

/** Everything that these services would migrate at their first start. */
const schemasOf = (definitions: readonly Definition[]) =>
  definitions.flatMap((definition) => {
    const { access, vault, own } = migrationsOf(definition);
    return [
      { schema: 'access', migrations: access },
      { schema: 'vault', migrations: vault },
      { schema: definition.name, migrations: own },
    ];
  });
const topics = topicSpecs({ TACT_PROFILE: 'development' });

/** What is copied: named after what it was made of, since an edited migration makes another one. */
export const originalOf = (...definitions: readonly Definition[]): string => {
  const log = { schema: 'log', migrations: logMigrations };
  const text = [log, ...schemasOf(definitions)].flatMap(({ schema, migrations }) => [
    schema,
    ...migrations.map(({ name, up }) => `${name} ${String(up)}`),
  ]);
  text.push(JSON.stringify(topics));
  return `migrated_${createHash('sha256').update(text.join('\n')).digest('hex').slice(0, 16)}`;
};

const make = async (admin: Client, url: string, definitions: readonly Definition[]) => {
  const name = originalOf(...definitions);
  // One that was killed at its making is begun anew: the name is given to a whole one.
  const unfinished = `${name}_new`;
  await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${unfinished} TEMPLATE template0`);
  const own = new URL(url);
  own.pathname = `/${unfinished}`;
  for (const { schema, migrations } of schemasOf(definitions)) {
    const database = await openDatabase({ url: own.href, schema, poolSize: 1 });
    try {
      await migrate(database, migrations);
    } finally {
      await database.close();
    }
  }
  const lines = createLog({ service: 'ingestion', level: 'warn' });
  const log = await PostgresLog.open({ url: own.href, lines });
  await log.admin.ensureTopics(topics);
  await log.stop({ drainMs: 0 });
  await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
};

/**
 * A fresh database in which these services find their migrations done and the log its topics: a copy of one that the
 * first test file to ask has made, as a hundred migrations take longer than most tests of a service. What is tried about migrations or
 * about a first start takes an empty `testDatabase`. A server that was given keeps nothing of ours, so there each
 * service migrates for itself.
 */
export const migratedDatabase = async (
  ...definitions: readonly Definition[]
): Promise<TestDatabase> => {
  if (!mayKeepDatabases()) return testDatabase();
  const { url } = await testPostgres();
  const name = originalOf(...definitions);
  const admin = new Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await make(admin, url, definitions);
  } finally {
    await admin.end();
  }
  return testDatabase({ name });
};
