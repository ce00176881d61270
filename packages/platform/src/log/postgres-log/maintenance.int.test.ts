import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../../testing/src/postgres.ts';
import { openDatabase } from '../../postgres/database.ts';
import { PostgresLog } from './postgres-log.ts';

let server: TestDatabase;
beforeAll(async () => {
  server = await testDatabase();
}, 60_000);
afterAll(() => server?.drop());

test('a service starts while a backup holds the tables that a new day needs', async () => {
  const warnings: object[] = [];
  const warn = (bindings: object) => void warnings.push(bindings);
  const lines = { debug: () => 0, info: () => 0, error: () => 0, warn };
  const log = await PostgresLog.open({ url: server.url, lines });
  await log.admin.ensureTopics([
    { name: 'facts.v1', partitions: 1, retentionMs: DAY_MS, cleanupPolicy: 'delete' },
  ]);
  await log.stop({ drainMs: 0 });
  const database = await openDatabase({ url: server.url, schema: 'log', poolSize: 1 });
  const [{ child } = { child: '' }] = await database.queryable.query<{ child: string }>(
    `SELECT max(inhrelid::regclass::text) AS child FROM pg_inherits
     WHERE inhrelid::regclass::text ~ '_[0-9]{8}$'`,
  );
  // As after midnight: the last day is not there yet.
  await database.queryable.query(`DROP TABLE ${child}`);
  await database.transaction(async (backup) => {
    await backup.query('LOCK TABLE record IN ACCESS SHARE MODE');
    const started = await PostgresLog.open({ url: server.url, lines });
    await started.publish([
      { topic: 'facts.v1', partition: 0, key: 'k', headers: {}, value: Buffer.from('v') },
    ]);
    await started.stop({ drainMs: 0 });
  });
  expect(warnings).toEqual([{ error: 'DatabaseError' }]);
  await database.close();
});
