import { DAY_MS } from '@tact/contracts';
import { Clock } from '../config/clock.ts';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { consumerMigrations } from '../consumer/schema.ts';
import { EventStore } from '../event-store/event-store.ts';
import { eventStoreMigrations } from '../event-store/schema.ts';
import { accessMigrations } from '../http/access/access-migrations.ts';
import { PostgresLog } from '../log/postgres-log/postgres-log.ts';
import { LocalRootKey } from '../personal-data/root-key/local-root-key.ts';
import { openRegisteredRoot } from '../personal-data/root-key/root-registration.ts';
import { vaultMigrations } from '../personal-data/schema.ts';
import { Vault } from '../personal-data/vault.ts';
import { mailOutboxMigrations } from '../mail-outbox/schema.ts';
import { openDatabase, type Database } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { relayMigrations } from '../relay/schema.ts';
import { manifestText, readManifest, DataManifest } from './manifest.ts';
import { Progress } from './progress.ts';
import { restoreBackup } from './restore-backup.ts';
import { takeBackup } from './take-backup.ts';

const tenantId = 'acme';
const phone = '+33639980155';
const lines = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };
// Kinds of tables and columns that today's services do not all have.
const shapes = {
  name: 'Shapes1764900000001',
  up: `
    CREATE SEQUENCE serials START 5 INCREMENT 5;
    CREATE TABLE "Odd name" (
      id bigint GENERATED ALWAYS AS IDENTITY (START WITH 7) PRIMARY KEY,
      serial bigint NOT NULL DEFAULT nextval('serials'),
      text text COLLATE "C" NOT NULL CHECK (text <> 'no'),
      twice text GENERATED ALWAYS AS (text || text) STORED,
      big bytea, moment timestamptz(3) DEFAULT date_trunc('hour', now()), float double precision, list text[]
    ) WITH (fillfactor = 70);
    ALTER TABLE "Odd name" ALTER big SET STORAGE EXTERNAL;
    ALTER SEQUENCE serials OWNED BY "Odd name".serial;
    CREATE TABLE child (id bigint REFERENCES "Odd name" ON DELETE CASCADE, note text);
    CREATE UNIQUE INDEX child_note ON child (lower(note)) WHERE note IS NOT NULL;
    INSERT INTO "Odd name" (text, big, float, list) VALUES
      (E'tab\\t, line\\n, \\\\N and \\\\.', '\\x00ff', 'NaN', '{"a,b",NULL,"{}"}'), ('ü€🙂', NULL, 0.1 + 0.2, NULL),
      ('', '', '-Infinity', '{}');
    INSERT INTO child VALUES (7, NULL), (8, 'x');`,
};

let source: TestDatabase;
let service: Database;
let vaultDatabase: Database;
let vault: Vault;
let store: EventStore;
let contactId: string;
let base: string;

const migrated = async (schema: string, migrations: Parameters<typeof migrate>[1]) => {
  const database = await openDatabase({ url: source.url, schema, poolSize: 4 });
  await migrate(database, migrations);
  return database;
};
const append = (n: number) =>
  store.append({
    stream: `contact-${n % 7}`,
    expected: 'any',
    events: [
      { type: 'ContactRegistered', data: { contactId, identities: { phone } }, id: randomUUID() },
    ],
    context: { tenantId, subject: contactId },
  });

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'tact-backup-'));
  source = await testDatabase();
  await (await migrated('access', accessMigrations)).close();
  vaultDatabase = await migrated('vault', vaultMigrations);
  service = await migrated('ingestion', [
    ...eventStoreMigrations,
    ...relayMigrations,
    ...consumerMigrations,
    shapes,
  ]);
  const rootKey = await openRegisteredRoot(vaultDatabase, (o) =>
    LocalRootKey.open(join(base, 'home', 'keys'), o),
  );
  vault = new Vault({ queryable: vaultDatabase.queryable, rootKey, clock: new Clock() });
  const found = await service.transaction((tx) => vault.register(tx, tenantId, { phone }));
  contactId = 'contactId' in found ? found.contactId : '';
  store = new EventStore({ database: service, source: 'ingestion', sealer: vault.sealer });
  for (let n = 0; n < 20; n += 1) await append(n);
  const log = await PostgresLog.open({ url: source.url, lines });
  await log.admin.ensureTopics([
    { name: 'facts.v1', partitions: 2, retentionMs: DAY_MS, cleanupPolicy: 'delete' },
  ]);
  await log.publish(
    Array.from({ length: 50 }, (_, n) => ({
      topic: 'facts.v1',
      partition: n % 2,
      key: `k${n}`,
      headers: { n: `${n}` },
      value: Buffer.from(`value ${n}`),
    })),
  );
  await log.stop({ drainMs: 0 });
  await service.queryable.query(`
    INSERT INTO relay_checkpoint VALUES ('relay', 9, '{"facts.v1:0":4}', 3, 4711, now());
    INSERT INTO log.consumer_group VALUES ('g', 2);
    INSERT INTO log.member (group_name, id, topics, lease_until) VALUES ('g', gen_random_uuid(), '{1}', now());
    INSERT INTO log.claim SELECT 'g', 1, 0, 17, id FROM log.member;`);
  writeFileSync(join(base, 'home', 'credentials.json'), '{"apiKey":"secret"}', { mode: 0o600 });
}, 60_000);
afterAll(async () => {
  await store.close();
  await Promise.all([service.close(), vaultDatabase.close()]);
  await source.drop();
  rmSync(base, { recursive: true, force: true });
});

let folder: string;
let target: TestDatabase;
let said = '';
const output = { write: (text: string) => (said += text) };
beforeEach(async () => {
  said = '';
  folder = mkdtempSync(join(base, 'backup-'));
  target = await testDatabase();
});
afterEach(() => target.drop());

const common = () => ({
  progress: new Progress(output),
  signal: new AbortController().signal,
});
const backup = (options: Partial<Parameters<typeof takeBackup>[0]> = {}) =>
  takeBackup({
    databaseUrl: source.url,
    folders: { data: folder, keys: folder },
    rootKey: 'local',
    secrets: secretsIn('home'),
    messageLog: 'postgres',
    ...common(),
    ...options,
  });
const secretsIn = (home: string) => ({
  keys: join(base, home, 'keys'),
  credentials: join(base, home, 'credentials.json'),
});
const restore = (options: Partial<Parameters<typeof restoreBackup>[0]> = {}) =>
  restoreBackup({
    databaseUrl: target.url,
    folders: { data: folder, keys: folder },
    freshLog: false,
    secrets: secretsIn(`new-${target.name}`),
    mayBeOld: false,
    now: new Date(),
    ...common(),
    ...options,
  });
const asking = async <Row>(url: string, text: string): Promise<Row[]> => {
  const database = await openDatabase({ url, schema: 'public', poolSize: 1 });
  try {
    return await database.queryable.query<Row>(text);
  } finally {
    await database.close();
  }
};
/** Rows and an order-free digest of every table of every schema, whatever its name. */
const contents = async (url: string) => {
  const tables = await asking<{ name: string }>(
    url,
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1`,
  );
  const [row] = await asking<Record<string, string>>(
    url,
    `SELECT ${tables.map(({ name }) => `(SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM ${name} AS t) AS "${name.replaceAll('"', '')}"`).join(', ')}`,
  );
  return row ?? {};
};
const filesBelow = (path: string) => readdirSync(path, { recursive: true, encoding: 'utf8' });

describe('a backup', () => {
  test('restored elsewhere, is every row of every table, and works', async () => {
    const manifest = await backup();
    const before = await contents(source.url);
    expect(Object.keys(before).length).toBeGreaterThan(20);
    await restore();
    const after = await contents(target.url);
    // Who is a member of a group now is no part of what happened.
    expect(after['log.member']).toBe('0 0');
    const { 'log.member': member, 'access.machine_acts': acts, ...others } = before;
    expect(after).toEqual({
      ...others,
      'log.member': '0 0',
      'access.machine_acts': expect.anything(),
    });
    expect([member === undefined, acts]).toEqual([false, '0 0']);
    // That it was restored, and to which instant, is what the audit is told of it at the next start.
    const query = 'SELECT act, actor, about FROM access.machine_acts';
    expect(await asking(target.url, query)).toEqual([
      { act: 'backup-restored', actor: 'system:machine', about: manifest.takenAt },
    ]);
    expect(manifest.migrations['ingestion']).toBe('StubsOfErasedEvents1796400000040');

    const home = secretsIn(`new-${target.name}`);
    expect(readFileSync(home.credentials, 'utf8')).toBe('{"apiKey":"secret"}');
    expect(statSync(join(home.keys, 'root.key')).mode & 0o777).toBe(0o600);
    const own = await openDatabase({ url: target.url, schema: 'ingestion', poolSize: 4 });
    const rootKey = await LocalRootKey.open(home.keys, { mayCreate: false });
    const opened = new Vault({ queryable: own.queryable, rootKey, clock: new Clock() });
    expect(await opened.resolveMany(tenantId, [{ phone }])).toEqual([contactId]);
    const restored = new EventStore({ database: own, source: 'ingestion', sealer: opened.sealer });
    const { events } = await restored.readAll({ after: 0, limit: 100 });
    expect(events.length).toBeGreaterThanOrEqual(20);
    expect(events[0]?.data).toMatchObject({ identities: { phone } });
    // Numbers go on where they were: identity columns, sequences, positions.
    await own.queryable.query(`INSERT INTO "Odd name" (text) VALUES ('next')`);
    const [next] = await own.queryable.query(
      `SELECT id, serial FROM "Odd name" WHERE text = 'next'`,
    );
    expect(next).toEqual({ id: 10, serial: 20 });
    await expect(own.queryable.query('DELETE FROM events')).rejects.toThrow('append-only');
    await restored.close();
    await own.close();
  }, 60_000);

  test('taken while events are appended, is of one instant: streams, events and counts agree', async () => {
    let appended = 0;
    const state = { writing: true };
    const writing = (async () => {
      while (state.writing) await append((appended += 1));
    })();
    const taken = [];
    for (let n = 0; n < 5; n += 1) {
      folder = mkdtempSync(join(base, 'backup-'));
      taken.push(await backup());
    }
    state.writing = false;
    await writing;
    expect(appended).toBeGreaterThan(5);
    await restore();
    const [agree] = await asking<{ same: boolean; ahead: boolean }>(
      target.url,
      `SELECT (SELECT sum(version) FROM ingestion.streams) = (SELECT count(*) FROM ingestion.events) AS same,
         (SELECT last_value FROM ingestion.event_positions) <> (SELECT max(position) FROM ingestion.events) AS ahead`,
    );
    expect(agree).toEqual({ same: true, ahead: false });
  }, 60_000);

  test('is private, names what it holds, and its data alone opens nothing', async () => {
    await backup({ folders: { data: folder, keys: join(folder, 'elsewhere') } });
    expect(readdirSync(folder).toSorted()).toEqual(['data', 'elsewhere']);
    for (const file of filesBelow(folder)) {
      const { mode } = statSync(join(folder, file));
      expect(mode & 0o077).toBe(0);
    }
    const data = filesBelow(join(folder, 'data'));
    expect(data.filter((name) => /key|credentials/.test(name) && !name.includes('.copy'))).toEqual(
      [],
    );
    expect(readdirSync(join(folder, 'elsewhere', 'keys')).toSorted()).toEqual([
      'credentials.json',
      expect.stringMatching(/^epoch-\d+\.key$/),
      'manifest.json',
      'root.key',
    ]);
  });

  test('is refused where there is one, where one was cut short, and where keys are missing', async () => {
    await backup();
    await expect(backup()).rejects.toThrow(/data exists: name a folder that holds no backup yet/);
    const cut = join(folder, 'cut');
    mkdirSync(join(cut, 'data.partial'), { recursive: true });
    const folders = { data: cut, keys: cut };
    await expect(backup({ folders })).rejects.toThrow(/data\.partial is left of a backup that was/);
    const other = { data: join(folder, 'other'), keys: join(folder, 'other') };
    await expect(backup({ folders: other, secrets: secretsIn('nowhere') })).rejects.toThrow(
      /nowhere\/keys lacks root\.key, without which/,
    );
    expect(readdirSync(other.data)).toEqual([]);
    await expect(backup({ folders: other, databaseUrl: target.url })).rejects.toThrow(
      'holds nothing of Tact',
    );
  });

  test('is refused when a key that people hang on was changed', async () => {
    const { keys } = secretsIn('home');
    const [epoch = ''] = readdirSync(keys).filter((one) => one.startsWith('epoch'));
    const right = readFileSync(join(keys, epoch));
    writeFileSync(join(keys, epoch), Buffer.alloc(right.length, 7));
    await expect(backup()).rejects.toThrow(`${epoch} does not open this data`);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(keys, epoch), right);
  });

  test('brings no key back that had died', async () => {
    const { keys } = secretsIn('home');
    writeFileSync(join(keys, 'epoch-600.key'), Buffer.alloc(32), { mode: 0o600 });
    await backup();
    rmSync(join(keys, 'epoch-600.key'));
    await restore();
    const there = readdirSync(secretsIn(`new-${target.name}`).keys);
    expect(there.toSorted()).toEqual([
      expect.stringMatching(/^epoch-(?!600)\d+\.key$/),
      'root.key',
    ]);
  });

  test('refuses what it could not bring back, by name', async () => {
    await asking(source.url, 'CREATE VIEW ingestion.seen AS SELECT 1 AS one');
    await expect(backup()).rejects.toThrow('does not keep: view ingestion.seen. Give Tact');
    await asking(source.url, 'DROP VIEW ingestion.seen');
  });

  test('that is stopped leaves nothing behind', async () => {
    const stop = new AbortController();
    const progress = new Progress(output);
    progress.at = () => stop.abort();
    await expect(backup({ progress, signal: stop.signal })).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a restore refuses, and writes nothing,', () => {
  const untouched = async () => {
    expect(await contents(target.url).catch(() => ({}))).toEqual({});
    expect(() => statSync(secretsIn(`new-${target.name}`).keys)).toThrow('ENOENT');
  };
  const dataFile = () => {
    const [name = ''] = readdirSync(join(folder, 'data')).filter((one) => one.includes('.events.'));
    return join(folder, 'data', name);
  };

  test.each([
    [
      'a file with a changed byte',
      () => {
        const bytes = readFileSync(dataFile());
        bytes[40] = (bytes[40] ?? 0) ^ 1;
        writeFileSync(dataFile(), bytes);
      },
      /ingestion\.events\.copy\.gz is damaged: its content was changed/,
    ],
    [
      'a shortened file',
      () => writeFileSync(dataFile(), readFileSync(dataFile()).subarray(0, 50)),
      /ingestion\.events\.copy\.gz is damaged: it has 50 bytes/,
    ],
    ['a missing file', () => rmSync(dataFile()), /ingestion\.events\.copy\.gz is missing/],
    [
      'a changed manifest',
      () => appendFileSync(join(folder, 'data', 'manifest.json'), ' x\n'),
      /data\/manifest\.json is damaged/,
    ],
    [
      'a backup that was cut short',
      () => renameSync(join(folder, 'data'), join(folder, 'data.partial')),
      /There is no whole backup in .*data: manifest\.json is missing/,
    ],
    [
      'keys that lack an epoch',
      () => {
        const [epoch = ''] = readdirSync(join(folder, 'keys')).filter((one) =>
          one.startsWith('epoch'),
        );
        rmSync(join(folder, 'keys', epoch));
      },
      /epoch-\d+\.key is missing/,
    ],
    [
      'a database that holds something',
      () => asking(target.url, 'CREATE SCHEMA s; CREATE TABLE s.t (a int)'),
      /The database is not empty, it holds s\.t/,
    ],
  ] as [string, () => unknown, RegExp][])('%s', async (what, break_, sentence) => {
    await backup();
    await break_();
    let cleared = 0;
    const clearLog = () => Promise.resolve(void (cleared += 1));
    await expect(restore({ clearLog })).rejects.toThrow(sentence);
    expect(cleared).toBe(0);
    if (!what.startsWith('a database')) await untouched();
  });

  test('a newer format, data of another installation, and a copy older than seven days', async () => {
    await backup();
    const path = join(folder, 'data', 'manifest.json');
    const { manifest } = await readManifest(join(folder, 'data'), DataManifest);
    const change = (changed: object) =>
      writeFileSync(path, manifestText({ ...manifest, ...changed }));
    change({ format: 2 });
    await expect(restore()).rejects.toThrow(/is of format 2, made by a newer version .* up to 1/);
    change({ rootCheck: 'a'.repeat(64) });
    await expect(restore()).rejects.toThrow('not those this data was sealed with');
    change({});
    const now = new Date(Date.now() + 8 * DAY_MS);
    await expect(restore({ now })).rejects.toThrow(/8 days ago: copies are kept for 7 days/);
    await untouched();
    await restore({ now, mayBeOld: true });
  });

  test('statements and rows by whoever had the data without the keys', async () => {
    await backup();
    const path = join(folder, 'data', 'manifest.json');
    const { manifest } = await readManifest(join(folder, 'data'), DataManifest);
    const [{ role } = { role: '' }] = await asking<{ role: string }>(
      target.url,
      'SELECT current_user::text AS role',
    );
    const grants = [{ role, statement: 'CREATE TABLE public.pwned AS SELECT 1 AS one' }];
    writeFileSync(path, manifestText({ ...manifest, grants }));
    const sentence = /data was written or changed by somebody without the keys/;
    await expect(restore()).rejects.toThrow(sentence);
    rmSync(join(folder, 'data', 'manifest.seal'));
    await expect(restore()).rejects.toThrow(sentence);
    await untouched();
  });

  test('other secrets in the way; the same ones are no obstacle, so a restore can be repeated', async () => {
    await backup();
    const { keys, credentials } = secretsIn(`new-${target.name}`);
    mkdirSync(keys, { recursive: true });
    writeFileSync(credentials, '{"apiKey":"other"}', { mode: 0o600 });
    await expect(restore()).rejects.toThrow(
      /credentials\.json holds other secrets than the backup/,
    );
    writeFileSync(credentials, '{"apiKey":"secret"}', { mode: 0o600 });
    await restore();
  });
});

test('with Kafka as the log, the restored relays publish everything again, under the same numbers', async () => {
  await backup({ messageLog: 'kafka' });
  await restore();
  const checkpoints = await asking(
    target.url,
    `SELECT position::int, shard_seqs::text AS seqs FROM ingestion.relay_checkpoint`,
  );
  expect(checkpoints).toEqual([{ position: 0, seqs: '{}' }]);
});

test('a mail that waited may have left since: after a restore nobody sends it unasked', async () => {
  const { queryable } = service;
  for (const { up } of mailOutboxMigrations) await queryable.query(String(up));
  await queryable.query(`
    INSERT INTO outgoing_mails (mail_id, kind, tenant_id, subject, state, queued_at)
    SELECT gen_random_uuid(), 'news', 'acme', 'ct_1', state, now()
    FROM unnest(ARRAY['waiting', 'handed-over', 'sent', 'refused']) AS state`);
  await backup();
  await restore();
  const states = await asking(
    target.url,
    'SELECT state, count(*)::int AS n FROM ingestion.outgoing_mails GROUP BY 1 ORDER BY 1',
  );
  expect(states).toEqual([
    { state: 'refused', n: 1 },
    { state: 'sent', n: 1 },
    { state: 'unknown', n: 2 },
  ]);
  await queryable.query('DROP TABLE outgoing_mails');
});
