import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AlertList, ContactDecision } from '@tact/contracts';
import {
  ApiKeys,
  Database,
  MessageLog,
  openDatabase,
  partitionOf,
  PostgresLog,
  type RunningService,
  toRecord,
  Vault,
} from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { outreachService } from '../outreach-service.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { bootOutreach } from '../testing/boot-outreach.ts';
import { consentFact, now, zoneFact } from '../testing/policy-facts.ts';

let server: TestDatabase;
let log: Database;
let home: string;
let service: RunningService;
let key: string;
let contactId: string;
let shardSeq = 0;

const lines = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

beforeAll(async () => {
  server = await migratedDatabase(outreachService);
  home = await mkdtemp(join(tmpdir(), 'tact-missed-'));
  service = await bootOutreach(server.url, home);
  log = await openDatabase({ url: server.url, schema: 'log', poolSize: 1 });
  const owned = {
    tenantId: 'demo',
    scopes: ['admin' as const, 'operator' as const],
    label: 'test',
  };
  key = (await service.app.get(ApiKeys).create(owned)).key;
  contactId = await reachable();
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await log?.close();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const reachable = async (): Promise<string> => {
  const { app } = service;
  return await app.get(Database).transaction(async (tx) => {
    const known = await app.get(Vault).register(tx, 'demo', { crmId: randomUUID() });
    if ('conflict' in known) throw new Error('a drawn id is nobody else’s');
    const facts = [zoneFact(known.contactId), consentFact(known.contactId, 'marketing')];
    await app.get(ContactPolicies).runIn(tx, facts);
    return known.contactId;
  });
};

const call = (method: 'GET' | 'POST', url: string, payload?: object) =>
  service.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${key}` },
    ...(payload === undefined ? {} : { payload }),
  });
const decide = async (whom = contactId) => {
  const requested = { contactId: whom, channel: 'whatsapp', purpose: 'marketing' };
  return (await call('POST', '/v1/contact-decisions', requested)).json<ContactDecision>();
};
const reset = (group: string) => call('POST', '/consumer-resets', { group });

/** As ingestion tells that this person asked to be left alone, while outreach sleeps or not. */
const publishRefusal = async (through: MessageLog) => {
  const topic = 'wishes.v1';
  const partition = partitionOf(contactId, await through.admin.partitions(topic));
  shardSeq += 1;
  const ids = { id: randomUUID(), correlationid: randomUUID(), causationid: randomUUID() };
  const type = 'RefusalReceived';
  const head = { ...ids, type, source: 'ingestion', subject: contactId, time: now };
  const dataschema = `urn:tact:event:${type}:1`;
  const wish = { contactId, scope: 'marketing', ground: 'objection', channel: 'email', at: now };
  await through.publish([
    toRecord({ ...head, dataschema, tenantid: 'demo' }, JSON.stringify(wish), {
      topic,
      partition,
      shard: `${topic}:${partition}`,
      shardSeq,
    }),
  ]);
};

/** The service stops, a refusal is told meanwhile, and its days are over before the service starts again. */
const missARefusal = async () => {
  await service.stop();
  const ingestion = await PostgresLog.open({ url: server.url, lines });
  await publishRefusal(ingestion);
  await ingestion.stop({ drainMs: 0 });
  await log.queryable.query(
    `DELETE FROM record WHERE topic = (SELECT id FROM topic WHERE name = 'wishes.v1')`,
  );
  service = await bootOutreach(server.url, home);
};

const sentence =
  /^wishes\.v1:\d+ is behind its retention: offset \d+ is gone\. Rebuild the read model/;

test('while a refusal may have been missed nothing is allowed, and a person is told what to do', async () => {
  expect(await decide()).toMatchObject({ decision: 'allowed' });
  expect((await reset('outreach.wishes')).statusCode).toBe(422);
  expect((await reset('scoring.block-likelihood')).statusCode).toBe(404);

  await missARefusal();
  const denied = await decide();
  expect(denied).toMatchObject({ decision: 'denied', reasons: [{ reason: 'policy-unknown' }] });
  expect(denied.rules[0]).toMatchObject({
    id: 'policy-known',
    verdict: 'denied',
    inputs: { missed: 'outreach.wishes' },
  });
  expect(denied).not.toHaveProperty('nextAllowedAt');

  const ready = await call('GET', '/health/ready');
  expect(ready.statusCode).toBe(503);
  expect(ready.json()).toMatchObject({
    status: 'not-ready',
    reasons: { consumers: 'behind-retention' },
    consumers: expect.arrayContaining([
      expect.objectContaining({
        group: 'outreach.wishes',
        behind: expect.stringMatching(sentence),
      }),
    ]),
  });
  const { items } = (await call('GET', '/alerts')).json<AlertList>();
  expect(items).toMatchObject([{ kind: 'consumer-behind', about: 'outreach.wishes' }]);

  // Another start changes nothing, even one that could not ask the log.
  await service.stop();
  service = await bootOutreach(server.url, home);
  expect(await decide()).toMatchObject({ reasons: [{ reason: 'policy-unknown' }] });

  expect((await reset('outreach.wishes')).statusCode).toBe(200);
  expect(await decide()).toMatchObject({ decision: 'allowed' });
  expect((await call('GET', '/health/ready')).statusCode).toBe(200);
  // What is told from now on is heard, past the gap that was accepted.
  await publishRefusal(service.app.get(MessageLog));
  await service.settled();
  expect(await decide()).toMatchObject({ decision: 'denied', reasons: [{ reason: 'suppressed' }] });
}, 60_000);

const sql = (text: string, values: readonly unknown[] = []) => log.queryable.query(text, values);

test('what is parked of one id of a person is not known of any of them', async () => {
  const [merged, survivor, other] = [await reachable(), await reachable(), await reachable()];
  const { app } = service;
  await app.get(Database).transaction(async (tx) => {
    const vault = app.get(Vault);
    await vault.mergeContacts(tx, { tenantId: 'demo', from: merged, into: survivor });
    await vault.settleTakeOver(tx, [survivor], merged);
  });
  const all = [merged, survivor];
  for (const asked of all) expect(await decide(asked)).toMatchObject({ decision: 'allowed' });
  for (const parked of all) {
    const place = ['outreach.wishes', 'wishes.v1', parked];
    await sql(
      'INSERT INTO outreach.parked_keys (group_name, topic, key) VALUES ($1, $2, $3)',
      place,
    );
    for (const asked of all) {
      expect(await decide(asked)).toMatchObject({ reasons: [{ reason: 'policy-unknown' }] });
    }
    expect(await decide(other)).toMatchObject({ decision: 'allowed' });
    await sql('DELETE FROM outreach.parked_keys WHERE key = $1', [parked]);
  }
  for (const asked of all) expect(await decide(asked)).toMatchObject({ decision: 'allowed' });
}, 60_000);

test('what nobody says was told, or what is parked of a person, is not known: nothing is allowed on it', async () => {
  const other = await reachable();
  expect(await decide(other)).toMatchObject({ decision: 'allowed' });

  // Ingestion has been silent for a minute; a decision made before that counts for some seconds more.
  await sql(
    `INSERT INTO access.watermarks VALUES ('ingestion', clock_timestamp() - interval '1 minute')`,
  );
  while ((await decide(other)).decision === 'allowed');
  expect(await decide(other)).toMatchObject({ reasons: [{ reason: 'policy-unknown' }] });
  await sql(`UPDATE access.watermarks SET told_until = clock_timestamp() + interval '1 hour'`);
  expect(await decide(other)).toMatchObject({ decision: 'allowed' });

  const parked = await reachable();
  const place = ['outreach.wishes', 'wishes.v1', parked];
  await sql('INSERT INTO outreach.parked_keys (group_name, topic, key) VALUES ($1, $2, $3)', place);
  expect(await decide(parked)).toMatchObject({ reasons: [{ reason: 'policy-unknown' }] });
  expect(await decide(other)).toMatchObject({ decision: 'allowed' });
  await sql('DELETE FROM outreach.parked_keys WHERE key = $1', [parked]);
  expect(await decide(parked)).toMatchObject({ decision: 'allowed' });
}, 60_000);
