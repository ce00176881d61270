import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import {
  Clock,
  type ConsumedEvent,
  type Database,
  EventStore,
  LocalRootKey,
  ServiceConfig,
  Vault,
  eventStoreMigrations,
  migrate,
  openDatabase,
  vaultMigrations,
} from '@tact/platform';
import { testDatabase, type TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { contact } from '../../../../packages/testing/src/signal-events.ts';
import { Announcements } from '../assessment/announcements.ts';
import { ReassessContacts } from '../assessment/reassess-contacts.ts';
import { Ageing } from '../assessment/ageing.ts';
import { BlockLikelihoodConsumer } from '../assessment/block-likelihood.consumer.ts';
import { AssessmentQueue } from '../assessment/queue.ts';
import { AssessmentSettings } from '../assessment/settings.ts';
import { Facts } from '../facts/facts.ts';
import { KeepIncidents } from '../incidents/keep-incidents.ts';
import { scoringMigrations } from '../migrations.ts';
import { ShadowBuilds } from '../rebuild/shadow-build.ts';

export type ScoringParts = ReturnType<typeof partsOf>;

const never = new AbortController().signal;

const partsOf = (database: Database, vault: Vault, now: () => Date) => {
  const clock = { now } as never;
  const facts = new Facts(database, vault);
  const store = new EventStore({ database, source: 'scoring', now });
  const settings = new ServiceConfig<AssessmentSettings>(AssessmentSettings.parse({}) as never);
  const announcements = new Announcements(store, clock, settings);
  const reassessContacts = new ReassessContacts(facts, clock);
  const queue = new AssessmentQueue(database, store, reassessContacts, announcements);
  return {
    database,
    store,
    facts,
    queue,
    announcements,
    consumer: new BlockLikelihoodConsumer(facts, queue, new KeepIncidents()),
    ageing: new Ageing(database, announcements, facts, clock),
    builds: new ShadowBuilds(database, facts, queue),
  };
};

/** Every row as the bytes PostgreSQL would dump. */
const allRows = async ({ queryable }: Database): Promise<string[]> => {
  const rows = await queryable.query<{ bytes: string }>(
    'SELECT t::text AS bytes FROM block_likelihoods AS t ORDER BY tenant_id, contact_id',
  );
  return rows.map(({ bytes }) => bytes);
};

const oneRow = async ({ queryable }: Database, who: string) => {
  const [row] = await queryable.query<{ probability: number; day: string; at: Date }>(
    `SELECT probability, as_of_day::text AS day, as_of AS at FROM block_likelihoods
     WHERE contact_id = $1`,
    [contact(`demo/${who}`)],
  );
  return row;
};

/** What scoring is made of, on a database of its own for one test file and without the log and the edge. */
export const scoringParts = () => {
  let server: TestDatabase;
  let vaultDatabase: Database;
  let home: string;
  let now = new Date();
  let parts: ScoringParts;

  beforeAll(async () => {
    server = await testDatabase();
    const database = await openDatabase({ url: server.url, schema: 'scoring' });
    await migrate(database, [...eventStoreMigrations, ...scoringMigrations]);
    home = await mkdtemp(join(tmpdir(), 'tact-scoring-'));
    vaultDatabase = await openDatabase({ url: server.url, schema: 'vault' });
    await migrate(vaultDatabase, vaultMigrations);
    const rootKey = await LocalRootKey.open(home);
    const vault = new Vault({
      queryable: vaultDatabase.queryable,
      rootKey,
      clock: new Clock(),
    });
    parts = partsOf(database, vault, () => now);
  });
  afterAll(async () => {
    await parts?.store.close();
    await parts?.database.close();
    await vaultDatabase?.close();
    await rm(home, { recursive: true, force: true });
    await server?.drop();
  });
  beforeEach(async () => {
    now = new Date('2026-11-20T15:00:00.000Z');
    await forget('announced_likelihoods', 'incidents', 'likelihood_history');
  });

  /** Empties what scoring knows, and other tables besides. */
  const forget = async (...others: readonly string[]): Promise<void> => {
    const tables = ['facts', 'block_likelihoods', 'due_assessments', ...others];
    await parts.database.queryable.query(`TRUNCATE ${tables.join(', ')} RESTART IDENTITY`);
  };

  /** Hands events to the consumer and leaves queued what it queues. */
  const hand = (events: readonly ConsumedEvent<'SignalRecorded'>[]): Promise<void> =>
    parts.database.transaction((tx) => parts.consumer.handle(tx, events));

  /** The same, and assesses the queued contacts. */
  const deliver = async (events: readonly ConsumedEvent<'SignalRecorded'>[]): Promise<void> => {
    await hand(events);
    await parts.queue.sweep(never);
  };

  const rebuild = (onProgress = () => Promise.resolve()) =>
    parts.builds.run({ today: '2026-11-20', onProgress, signal: never });

  const rows = () => allRows(parts.database);
  const rowOf = (who: string) => oneRow(parts.database, who);
  const setNow = (instant: string): void => {
    now = new Date(instant);
  };
  return { forget, hand, deliver, rows, rowOf, rebuild, setNow, parts: () => parts };
};
