import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exampleProof, ProjectionRebuild, type ServiceName } from '@tact/contracts';
import { type Database, type ErasedPerson, EventStore, openDatabase } from '@tact/platform';
import { Client } from 'pg';
import { apiKey, type Constellation, startConstellation, wabaIds } from '../constellation.ts';
import { testDatabase, type TestDatabase } from '../postgres.ts';
import { scratchFolder } from '../scratch.ts';
import { inventedPerson, type Person, statusWebhook, wamidFor } from '../webhook-bodies.ts';
import { declaredStores, namesOf } from './declared.ts';
import { digestOf } from './planted-rows.ts';

const settings = { TACT_CLOCK: '2026-11-20T10:20:00.000Z', TACT_HOME: scratchFolder() };
const people = [inventedPerson(1), inventedPerson(2)] as const;
const services: readonly ServiceName[] = ['ingestion', 'scoring', 'outreach', 'compliance'];

let server: TestDatabase;
let tact: Constellation;
let client: Client;
const databases = new Map<string, Database>();
let erased: string;
let bystander: string;

const register = async ({ phone, bsuid }: Person): Promise<string> => {
  const consents = (['signal-analysis', 'marketing'] as const).map((purpose) => ({
    purpose,
    channel: 'whatsapp',
    state: 'given',
    at: '2026-01-05T09:00:00.000Z',
    proof: exampleProof,
  }));
  const identities = { phone, bsuid, crmId: randomUUID(), email: `${bsuid}@example.fr` };
  const request = { identities, consents, timeZone: 'Europe/Paris', language: 'fr' };
  const { body } = await tact.call<{ contactId: string }>('POST', '/v1/contacts', request);
  return body.contactId;
};

const live = async (person: Person, contactId: string): Promise<void> => {
  for (const at of [1_795_000_000, 1_795_080_000]) {
    const fact = { wamid: wamidFor(person), at };
    await tact.webhook(statusWebhook(wabaIds[0], person, { ...fact, status: 'sent' }));
    await tact.webhook(statusWebhook(wabaIds[0], person, { ...fact, status: 'delivered' }));
  }
  await tact.call('POST', '/v1/contacts/search', { identity: { phone: person.phone } });
  await tact.settled();
  for (const part of ['', '/consents', '/block-likelihood', '/signals']) {
    await tact.call('GET', `/v1/contacts/${contactId}${part}`);
  }
  const decision = { contactId, channel: 'whatsapp', purpose: 'marketing', reserve: true };
  await tact.call('POST', '/v1/contact-decisions', decision);
  await tact.settled();
};

beforeAll(async () => {
  server = await testDatabase();
  tact = await startConstellation(settings, server);
  client = new Client({ connectionString: server.url });
  await client.connect();
  for (const service of services) {
    databases.set(service, await openDatabase({ url: server.url, schema: service }));
  }
  [erased, bystander] = [await register(people[0]), await register(people[1])];
  await live(people[0], erased);
  await live(people[1], bystander);
  await tact.followed();
}, 180_000);
afterAll(async () => {
  for (const database of databases.values()) await database.close();
  await client?.end();
  await tact?.stop();
  await server?.drop();
}, 60_000);

const person = (): ErasedPerson => ({
  tenantId: 'demo',
  contactIds: [erased],
  requestIds: [],
  at: new Date('2026-11-20T11:00:00.000Z'),
});
/** Rows about somebody else, everywhere but in the log: what is published again stands there twice. */
const bystandersRows = async (): Promise<readonly string[]> => {
  const digests: string[] = [];
  for (const name of namesOf('table')) {
    if (name === 'log.record') continue;
    digests.push(`${name} ${await digestOf(client, name, bystander)}`);
  }
  return digests;
};

type Counted = { readonly name: string; readonly found: number };

/** What of the person each store has, by its own counter. */
const counted = async (): Promise<readonly Counted[]> => {
  const counts: Counted[] = [];
  for (const { service, store } of declaredStores) {
    if (store.eraser === undefined) continue;
    const { eraser, name } = store;
    const found = await databases.get(service)!.transaction((tx) => eraser.count(tx, person()));
    if (found > 0) counts.push({ name, found });
  }
  return counts;
};

const fenceOff = async (): Promise<void> => {
  const store = new EventStore({ database: databases.get('compliance')! });
  await store.append({
    stream: `fence-${erased}`,
    expected: 'any',
    events: [
      {
        type: 'SubjectFenced',
        data: { contactId: erased, throughRevision: 1, at: '2026-11-20T11:00:00.000Z' },
      },
    ],
    context: { tenantId: 'demo', subject: erased },
  });
  // Another process wrote it: the relay is told of that a moment later.
  const deadline = Date.now() + 10_000;
  const isReceived = async (): Promise<boolean> => {
    const { rows } = await client.query(
      'SELECT FROM scoring.left_out WHERE contact_id = $1 AND fenced',
      [erased],
    );
    return rows.length === 1;
  };
  while (!(await isReceived()) && Date.now() < deadline) await pause(50);
  await store.close();
  await tact.settled();
};

const rebuilt = async (service: ServiceName, name: string): Promise<ProjectionRebuild> => {
  const origin = tact.services.find((one) => one.service === service)!.origin;
  const headers = { authorization: `Bearer ${apiKey}` };
  const ask = async (method: string, path: string) =>
    ProjectionRebuild.parse(
      await (
        await fetch(`${origin}/v1/projections/${name}/rebuilds${path}`, { method, headers })
      ).json(),
    );
  let rebuild = await ask('POST', '');
  while (rebuild.state === 'running') {
    await pause(20);
    rebuild = await ask('GET', `/${rebuild.rebuildId}`);
  }
  return rebuild;
};

test('a person who lived in every service is gone from all of them, and nobody else is touched', async () => {
  const had = await counted();
  expect(had.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'ingestion.events',
      'scoring.events',
      'outreach.events',
      'compliance.audit_entries',
      'scoring.block_likelihoods',
      'vault.identities',
      'vault.subject_keys',
      'outreach.address_cards',
      'ingestion: keys of persons',
      'ingestion: looks of the hour',
    ]),
  );
  await fenceOff();
  const before = await bystandersRows();
  const digests = await client.query<{ id: string; sha256: string }>(
    `SELECT event_id AS id, encode(event_sha256, 'hex') AS sha256 FROM compliance.audit_entries WHERE subject = $1`,
    [erased],
  );
  for (const { service, store } of declaredStores) {
    const { eraser } = store;
    if (eraser === undefined) continue;
    await databases.get(service)!.transaction((tx) => eraser.erase(tx, person()));
  }
  expect(await counted()).toEqual([]);
  expect(await bystandersRows()).toEqual(before);
  // What the audit named an event by, its stub still says.
  expect(digests.rows.length).toBeGreaterThan(2);
  for (const { id, sha256 } of digests.rows) {
    const { rows } = await client.query<{ sha256: string }>(
      services
        .map(
          (service) =>
            `SELECT data -> '$erased' ->> 'sha256' AS sha256 FROM ${service}.events WHERE event_id = $1`,
        )
        .join(' UNION ALL '),
      [id],
    );
    expect(rows).toEqual([{ sha256 }]);
  }
}, 60_000);

test('the audit holds for who checks it', async () => {
  const folder = scratchFolder();
  const [file, jwks] = [join(folder, 'audit.ndjson'), join(folder, 'jwks.json')];
  const origin = tact.services.find(({ service }) => service === 'compliance')!.origin;
  const text = async (path: string): Promise<string> => {
    const answer = await fetch(`${origin}${path}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    return answer.text();
  };
  writeFileSync(file, await text('/v1/audit-events/export'));
  writeFileSync(jwks, await text('/.well-known/privacy-jwks.json'));
  const outsider = fileURLToPath(new URL('../audit/outsider.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [outsider, file, jwks], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect([status, stdout + stderr]).toEqual([0, expect.stringMatching(/^holds: \d+/)]);
});

test('read models are built anew without the person', async () => {
  const before = await bystandersRows();
  for (const [service, name] of [
    ['ingestion', 'messages'],
    ['ingestion', 'cohort'],
    ['outreach', 'consents'],
    ['scoring', 'block-likelihood'],
  ] as const) {
    expect(await rebuilt(service, name)).toMatchObject({ state: 'swapped' });
  }
  expect(await bystandersRows()).toEqual(before);
  expect(await counted()).toEqual([]);
}, 60_000);

test('who publishes everything again gives each record its number, and readers pass what is erased', async () => {
  await tact.settled();
  await tact.stop();
  const shards = async () => {
    const { rows } = await client.query<{ group: string; shard: string; last: string }>(
      services
        .map(
          (service) =>
            `SELECT group_name AS "group", source, shard, last_seq AS last FROM ${service}.consumed_shards`,
        )
        .join(' UNION ALL ')
        .concat(' ORDER BY 1, 2, 3'),
    );
    return rows;
  };
  const read = await shards();
  const published = async () => {
    const { rows } = await client.query<{ seqs: string }>(
      services
        .map(
          (service) =>
            `SELECT '${service} ' || name || shard_seqs::text AS seqs FROM ${service}.relay_checkpoint`,
        )
        .join(' UNION ALL ')
        .concat(' ORDER BY 1'),
    );
    return rows.map(({ seqs }) => seqs);
  };
  const seqs = await published();
  for (const service of services) {
    await client.query(`UPDATE ${service}.relay_checkpoint SET position = 0, shard_seqs = '{}'`);
  }
  const before = await bystandersRows();
  tact = await startConstellation(settings, server);
  await tact.settled();
  expect(await published()).toEqual(seqs);
  expect(await shards()).toEqual(read);
  for (const service of services) {
    const { rows } = await client.query(`SELECT reason, detail FROM ${service}.parked_records`);
    expect(rows).toEqual([]);
  }
  expect(await bystandersRows()).toEqual(before);
  // What is told next is read: its number follows those that were used.
  const facts = async (): Promise<number> => {
    const { rows } = await client.query('SELECT FROM scoring.facts WHERE contact_id = $1', [
      bystander,
    ]);
    return rows.length;
  };
  const known = await facts();
  const wamid = wamidFor(people[1]);
  await tact.webhook(
    statusWebhook(wabaIds[0], people[1], { wamid, status: 'sent', at: 1_795_090_000 }),
  );
  await tact.settled();
  expect(await facts()).toBe(known + 1);
  expect(await counted()).toEqual([]);
}, 120_000);
