import { createSecretKey, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { erased, DAY_MS } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../../testing/src/postgres.ts';
import { openDatabase, type Database } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import { sealBox } from '../boxes.ts';
import { epochAt } from './key-epochs.ts';
import { KeyRotation } from './key-rotation.ts';
import { LocalRootKey } from '../root-key/local-root-key.ts';
import { EpochKeyGone } from '../refusals.ts';
import { vaultMigrations } from '../schema.ts';
import { Vault } from '../vault.ts';

const tenantId = 'acme';
const START = 688 * 30 * DAY_MS;
let home: string;
let keys: string;
let scratch: TestDatabase;
let database: Database;
let rootKey: LocalRootKey;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tact-rotation-'));
  keys = join(home, 'keys');
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'vault', poolSize: 4 });
  await migrate(database, vaultMigrations);
  rootKey = await LocalRootKey.open(keys);
});
afterEach(async () => {
  await database.close();
  await scratch.drop();
  await rm(home, { recursive: true, force: true });
});

const onDay = (day: number) => () => START + day * DAY_MS;
const vaultOn = (day: number) =>
  new Vault({ queryable: database.queryable, rootKey, clock: { nowMs: onDay(day) } });
const rotationOn = (day: number, batchSize = 10) =>
  new KeyRotation({ database, rootKey, clock: { nowMs: onDay(day) }, batchSize });

/** A fact of a new person, sealed on a day. */
const sealedOn = async (day: number) => {
  const subject = `ct_${randomUUID().replaceAll('-', '')}`;
  const data = { contactId: subject, identities: { phone: '+33639980101' } };
  const event = { id: randomUUID(), type: 'ContactRegistered', subject, tenantId, data };
  const [sealed] = await vaultOn(day).sealer.seal([event]);
  return { subject, event, stored: { ...event, data: sealed as object } };
};
type Fact = Awaited<ReturnType<typeof sealedOn>>;
const manyOn = (day: number, count: number) =>
  Promise.all(Array.from({ length: count }, () => sealedOn(day)));
const openedOn = (day: number, facts: readonly Fact[]) =>
  vaultOn(day).sealer.open(facts.map(({ stored }) => stored));
const plainOf = (facts: readonly Fact[]) => facts.map(({ event }) => event.data);
const epochRows = () =>
  database.queryable.query<{ epoch: number; live: boolean; by: string }>(
    `SELECT epoch, wrapped IS NOT NULL AS live, wrapped_by AS by FROM vault.key_epochs ORDER BY epoch`,
  );
const epochsOfKeys = async () => {
  const rows = await database.queryable.query<{ epoch: number | null }>(
    'SELECT DISTINCT epoch FROM vault.subject_keys ORDER BY epoch',
  );
  return rows.map(({ epoch }) => epoch);
};

describe('rotation', () => {
  test('keys move when their epoch ends; its key goes 7 days later, and its file with it', async () => {
    const facts = await manyOn(1, 25);
    expect(await rotationOn(29).run()).toMatchObject({ outcome: 'idle' });
    const moved = { outcome: 'done', rewrapped: 25, unreadable: 0, destroyed: [] };
    expect(await rotationOn(31).run()).toEqual(moved);
    expect(await epochsOfKeys()).toEqual([689]);
    expect(await rotationOn(36).run()).toMatchObject({ outcome: 'idle' });
    expect(await rotationOn(37).run()).toMatchObject({ rewrapped: 0, destroyed: [688] });
    expect(await rotationOn(37).run()).toMatchObject({ outcome: 'idle' });
    expect((await readdir(keys)).toSorted()).toEqual(['epoch-689.key', 'root.key']);
    expect(await epochRows()).toMatchObject([
      { epoch: 688, live: false },
      { epoch: 689, live: true },
    ]);
    expect(await openedOn(37, facts)).toEqual(plainOf(facts));
  });

  test('a backup from before an erasure is noise once its epoch is destroyed', async () => {
    const [fact] = await manyOn(1, 1);
    if (!fact) throw new Error('no fact');
    const tables = ['subject_keys', 'key_epochs'];
    for (const table of tables) {
      await database.queryable.query(`CREATE TABLE backup_${table} AS TABLE vault.${table}`);
    }
    await vaultOn(2).destroySubject({ tenantId, subject: fact.subject });
    await rotationOn(38).run();
    await database.queryable.query('TRUNCATE vault.subject_keys, vault.key_epochs');
    for (const table of tables) {
      await database.queryable.query(`INSERT INTO vault.${table} TABLE backup_${table}`);
    }
    await expect(openedOn(38, [fact])).rejects.toThrow(EpochKeyGone);
    expect(await rotationOn(38).run()).toMatchObject({ rewrapped: 0, unreadable: 1 });
  });

  test('the erased stay erased, and what was never moved is not destroyed', async () => {
    const [gone, changed, kept] = await manyOn(1, 3);
    if (!gone || !changed || !kept) throw new Error('no facts');
    await vaultOn(2).destroySubject({ tenantId, subject: gone.subject });
    await database.queryable.query(
      `UPDATE vault.subject_keys SET wrapped = '\\x00' WHERE subject = $1`,
      [changed.subject],
    );
    expect(await rotationOn(40).run()).toEqual({
      outcome: 'done',
      rewrapped: 1,
      unreadable: 1,
      destroyed: [],
    });
    expect(await epochsOfKeys()).toEqual([688, 689, null]);
    expect(await openedOn(40, [gone])).toMatchObject([{ identities: { phone: erased } }]);
    expect(await openedOn(40, [kept])).toEqual(plainOf([kept]));
  });

  test('a run that was stopped is taken up by the next', async () => {
    const facts = await manyOn(1, 25);
    const stop = new AbortController();
    const stopping = new KeyRotation({
      database: {
        queryable: database.queryable,
        connect: async (purpose) => {
          const client = await database.connect(purpose);
          const query = client.query.bind(client) as (...args: unknown[]) => unknown;
          const spied = (...args: unknown[]) => {
            if (String(args[0]).startsWith('UPDATE vault.subject_keys')) stop.abort();
            return query(...args);
          };
          return Object.assign(client, { query: spied });
        },
      },
      rootKey,
      clock: { nowMs: onDay(31) },
      batchSize: 10,
    });
    expect(await stopping.run(stop.signal)).toMatchObject({ outcome: 'stopped', rewrapped: 10 });
    expect(await openedOn(31, facts)).toEqual(plainOf(facts));
    expect(await rotationOn(31).run()).toMatchObject({ outcome: 'done', rewrapped: 15 });
    expect(await openedOn(31, facts)).toEqual(plainOf(facts));
  });

  test('a crash after the blob and before the provider leaves work for the next run', async () => {
    const [fact] = await manyOn(1, 1);
    await rotationOn(31).run();
    const away = new Error('the provider is away');
    const failing = Object.create(rootKey, {
      destroyEpoch: { value: () => Promise.reject(away) },
      wrapForEpoch: { value: rootKey.wrapForEpoch.bind(rootKey) },
      unwrapForEpoch: { value: rootKey.unwrapForEpoch.bind(rootKey) },
    }) as LocalRootKey;
    const dying = new KeyRotation({ database, rootKey: failing, clock: { nowMs: onDay(37) } });
    await expect(dying.run()).rejects.toThrow(away);
    expect(await readdir(keys)).toContain('epoch-688.key');
    expect(await rotationOn(37).run()).toMatchObject({ destroyed: [688] });
    expect(await readdir(keys)).not.toContain('epoch-688.key');
    expect(await openedOn(37, fact ? [fact] : [])).toEqual(plainOf(fact ? [fact] : []));
  });

  test('of processes that rotate at once, every key is moved once', async () => {
    const facts = await manyOn(1, 60);
    const reports = await Promise.all([1, 2, 3, 4].map(() => rotationOn(38, 5).run()));
    expect(reports.reduce((sum, { rewrapped }) => sum + rewrapped, 0)).toBe(60);
    expect(await openedOn(38, facts)).toEqual(plainOf(facts));
    expect(await epochsOfKeys()).toEqual([689]);
  });

  test('readers and writers go on while keys move', async () => {
    const facts = await manyOn(1, 40);
    const state = { rotating: true };
    const rotation = rotationOn(38, 2)
      .run()
      .finally(() => {
        state.rotating = false;
      });
    while (state.rotating) {
      expect(await openedOn(38, facts)).toEqual(plainOf(facts));
      const [fresh] = await manyOn(38, 1);
      expect(await openedOn(38, fresh ? [fresh] : [])).toEqual(plainOf(fresh ? [fresh] : []));
    }
    expect(await rotation).toMatchObject({ rewrapped: 40, destroyed: [688] });
  });

  test('a clock that runs behind is refused, and makes no key of a destroyed epoch again', async () => {
    await manyOn(1, 1);
    await rotationOn(40).run();
    await expect(manyOn(1, 1)).rejects.toThrow('the clock runs behind');
    expect(await readdir(keys)).not.toContain('epoch-688.key');
  });
});

describe('databases of earlier versions', () => {
  test('an epoch the root wrapped is readable, and gets a key of its own at the first look', async () => {
    const epoch = epochAt(onDay(1)());
    const root = await readFile(join(keys, 'root.key'));
    const derived = hkdfSync('sha256', root, '', 'tact/key-encryption/1', 32);
    const wrapping = createSecretKey(Buffer.from(derived));
    await database.queryable.query(
      `INSERT INTO vault.key_epochs (epoch, wrapped, wrapped_by) VALUES ($1, $2, 'root')`,
      [epoch, sealBox(wrapping, randomBytes(32), `tact key epoch ${epoch}`)],
    );
    const facts = await manyOn(1, 3);
    expect(await readdir(keys)).toEqual(['root.key']);
    expect(await rotationOn(1).run()).toMatchObject({ outcome: 'done', rewrapped: 0 });
    expect(await epochRows()).toEqual([{ epoch, live: true, by: 'epoch' }]);
    expect(await readdir(keys)).toEqual([`epoch-${epoch}.key`, 'root.key']);
    expect(await openedOn(1, facts)).toEqual(plainOf(facts));
    expect(await rotationOn(1).run()).toMatchObject({ outcome: 'idle' });
  });
});
