import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { erased, DAY_MS } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../../testing/src/postgres.ts';
import { openDatabase, type Database } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { LocalRootKey } from '../root-key/local-root-key.ts';
import { vaultMigrations } from '../schema.ts';
import { Vault } from '../vault.ts';

const tenantId = 'acme';
const start = Date.UTC(2026, 10, 20);
let home: string;
let scratch: TestDatabase;
let database: Database;
let rootKey: LocalRootKey;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tact-notices-'));
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'vault', poolSize: 10 });
  await migrate(database, vaultMigrations);
  rootKey = await LocalRootKey.open(join(home, 'keys'));
});
afterAll(async () => {
  await database.close();
  await scratch.drop();
  await rm(home, { recursive: true, force: true });
});

/** Their clock stands still, so that no entry of a cache runs out by itself. */
const vaultAt = (now = () => start, queryable: Queryable = database.queryable) =>
  new Vault({ queryable, rootKey, clock: { nowMs: now } });

const sealedBy = async (vault: Vault) => {
  const subject = `ct_${randomUUID().replaceAll('-', '')}`;
  const data = { contactId: subject, identities: { phone: '+33639980102' } };
  const event = { id: randomUUID(), type: 'ContactRegistered', subject, tenantId, data };
  const [sealed] = await vault.sealer.seal([event]);
  return { subject, stored: { ...event, data: sealed as object } };
};
type Fact = Awaited<ReturnType<typeof sealedBy>>;
const phoneSeenBy = async (vault: Vault, { stored }: Fact) => {
  const [data] = (await vault.sealer.open([stored])) as { identities: { phone: unknown } }[];
  return data?.identities.phone;
};
const untilErased = async (vault: Vault, fact: Fact) => {
  // Each look is a turn of the event loop, in which the notification can come in.
  while ((await phoneSeenBy(vault, fact)) !== erased) await database.queryable.query('SELECT 1');
};
const clear = '+33639980102';

test('a key that one process destroys is dropped by another before its time', async () => {
  const [one, two, deaf] = [vaultAt(), vaultAt(), vaultAt()];
  const notices = await two.listen(database);
  const fact = await sealedBy(one);
  const bystander = await sealedBy(one);
  for (const vault of [two, deaf]) expect(await phoneSeenBy(vault, fact)).toBe(clear);
  await one.destroySubject({ tenantId, subject: fact.subject });
  await untilErased(two, fact);
  expect(await phoneSeenBy(deaf, fact)).toBe(clear);
  expect(await phoneSeenBy(two, bystander)).toBe(clear);
  await notices.close();
});

test('without a notice, 60 s are the bound', async () => {
  let now = start;
  const [one, deaf] = [vaultAt(), vaultAt(() => now)];
  const fact = await sealedBy(one);
  expect(await phoneSeenBy(deaf, fact)).toBe(clear);
  await one.destroySubject({ tenantId, subject: fact.subject });
  now += 59_999;
  expect(await phoneSeenBy(deaf, fact)).toBe(clear);
  now += 1;
  expect(await phoneSeenBy(deaf, fact)).toBe(erased);
});

test('what was missed while the connection was lost is made up for', async () => {
  const [one, two] = [vaultAt(), vaultAt()];
  const notices = await two.listen(database);
  const fact = await sealedBy(one);
  expect(await phoneSeenBy(two, fact)).toBe(clear);
  const ended = await database.queryable.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE '%erasure notices'`,
  );
  expect(ended).toHaveLength(1);
  await one.destroySubject({ tenantId, subject: fact.subject });
  await untilErased(two, fact);
  await notices.close();
});

test('a key that was being read while it was destroyed is not kept', async () => {
  const one = vaultAt();
  const fact = await sealedBy(one);
  let meanwhile: (() => Promise<void>) | undefined;
  const two = vaultAt(undefined, {
    query: async <Row>(text: string, values?: readonly unknown[]) => {
      const rows = await database.queryable.query<Row>(text, values);
      const work = text.includes('JOIN vault.subject_keys') ? meanwhile : undefined;
      meanwhile = undefined;
      await work?.();
      return rows;
    },
  });
  const received = Promise.withResolvers<void>();
  const notices = await two.listen({
    connect: async (purpose) => {
      const client = await database.connect(purpose);
      client.on('notification', () => setImmediate(received.resolve));
      return client;
    },
  });
  meanwhile = async () => {
    await one.destroySubject({ tenantId, subject: fact.subject });
    await received.promise;
  };
  // Read before the erasure, this one look may still tell; the next must not.
  expect(await phoneSeenBy(two, fact)).toBe(clear);
  expect(await phoneSeenBy(two, fact)).toBe(erased);
  await notices.close();
});

test('processes on both sides of an epoch boundary agree on one key', async () => {
  const boundary = 700 * 30 * DAY_MS;
  const subject = `ct_${randomUUID().replaceAll('-', '')}`;
  const events = Array.from({ length: 20 }, (_, nth) => ({
    id: randomUUID(),
    type: 'ContactRegistered',
    subject,
    tenantId,
    data: { contactId: subject, identities: { phone: `+336399801${10 + nth}` } },
  }));
  const sealed = await Promise.all(
    events.map(async (event, nth) => {
      const [data] = await vaultAt(() => boundary - (nth % 2)).sealer.seal([event]);
      return { ...event, data: data as object };
    }),
  );
  const rows = 'SELECT 1 FROM vault.subject_keys WHERE subject = $1';
  expect(await database.queryable.query(rows, [subject])).toHaveLength(1);
  const opened = await vaultAt(() => boundary).sealer.open(sealed);
  expect(opened).toEqual(events.map(({ data }) => data));
});
