import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { ParkedRecordsList } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import type { ConsumedEvent, Consumer } from '../consumer/consumer.ts';
import { EventStore } from '../event-store/event-store.ts';
import { createLog } from '../observability/logger.ts';
import { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { bootService, type RunningService } from './boot-service.ts';
import { ApiKeys, type NewApiKey } from '../http/access/api-keys.ts';
import { StaffRegister } from '../http/access/staff-register.ts';
import { Proposals } from '../http/proposals/proposals.ts';
import { provideConsumer } from './consumers.ts';
import { ParkedRecords } from './parked-records.ts';

const contactId = `ct_${'0'.repeat(32)}`;
const key = `tact_demo_${'a1'.repeat(24)}`;
let broken = true;

class Fragile implements Consumer {
  readonly group = 'ingestion.fragile';
  readonly topics = ['contact-signals.v1'];
  readonly types = ['ContactRegistered'];

  async handle(tx: Queryable, events: readonly ConsumedEvent[]): Promise<void> {
    if (broken) throw new Error('a defect of ours');
    for (const { id } of events) await tx.query('INSERT INTO handled (id) VALUES ($1)', [id]);
  }
}

@Module({ providers: [Fragile, provideConsumer(Fragile)] })
class FragileModule {}

let server: TestDatabase;
let home: string;
let service: RunningService;
const call = (path: string, body?: object, asking = key) =>
  fetch(`${service.origin}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${asking}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

beforeAll(async () => {
  server = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-parked-'));
  service = await bootService(
    {
      name: 'ingestion',
      module: FragileModule,
      stores: [],
      migrations: [{ name: 'Handled1764000003000', up: 'CREATE TABLE handled (id uuid)' }],
    },
    {
      environment: {
        DATABASE_URL: server.url,
        TACT_HOME: home,
        TACT_MODE: 'embedded',
        TACT_BOOTSTRAP_API_KEY: key,
      },
      log: createLog({ service: 'ingestion', level: 'silent' }),
    },
  );
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const park = async (records: number, subject: string, tenantId = 'demo') => {
  const store = service.app.get(EventStore);
  const events = Array.from({ length: records }, (_, nth) => ({
    type: 'ContactRegistered' as const,
    data: { contactId: subject, identities: { crmId: `${subject}-${nth}` } },
  }));
  const context = { tenantId, subject };
  await store.append({ stream: `contact-${subject}`, expected: 'any', events, context });
};
/** A key of somebody whose role it is. */
const colleague = async (nth: number): Promise<{ staffId: string; key: string }> => {
  const { app } = service;
  const staffId = `st_${String(nth).repeat(32)}`;
  const person = { staffId, tenantId: 'demo', name: `Person ${nth}`, email: `${nth}@example.org` };
  await app
    .get(EventStore)
    .transaction((tx) =>
      app.get(StaffRegister).add(tx, { ...person, language: 'en', roles: ['crm-ops'] }),
    );
  const asked = { tenantId: 'demo', label: 'own', actor: staffId, scopes: ['records:redrive'] };
  return { staffId, ...(await app.get(ApiKeys).create(asked as NewApiKey)) };
};

test('what a defect parked is listed, and redriven by key once the defect is mended', async () => {
  const store = service.app.get(EventStore);
  for (const nth of [1, 2, 3]) {
    await store.append({
      stream: `contact-${contactId}`,
      expected: 'any',
      events: [
        { type: 'ContactRegistered', data: { contactId, identities: { crmId: `c${nth}` } } },
      ],
      context: { tenantId: 'demo', subject: contactId },
    });
  }
  await service.settled();
  expect(service.app.get(ParkedRecords).areAllWatched).toBe(true);
  const { items } = (await (await call('/parked-records')).json()) as ParkedRecordsList;
  expect(items).toMatchObject([{ group: 'ingestion.fragile', key: contactId, records: 3 }]);

  const requested = { group: 'ingestion.fragile', key: contactId };
  const early = await call('/parked-records/redrives', requested);
  expect(await early.json()).toMatchObject({ handled: 0, left: 3 });
  broken = false;
  const report = await call('/parked-records/redrives', requested);
  expect(await report.json()).toEqual({ handled: 3, left: 0 });
  expect(await (await call('/parked-records')).json()).toEqual({ items: [] });
  expect((await call('/parked-records/redrives', { ...requested, group: 'nobody' })).status).toBe(
    404,
  );
}, 60_000);

test('of more than a hundred records two people redrive, an operator alone, and nobody another tenant’s', async () => {
  broken = true;
  const [many, few, foreign] = [1, 2, 3].map((nth) => `ct_${String(nth).repeat(32)}`) as [
    string,
    string,
    string,
  ];
  await park(101, many);
  await park(100, few);
  await park(1, foreign, 'other');
  await service.settled();
  const [ines, karim] = [await colleague(1), await colleague(2)];
  const { items } = (await (
    await call('/v1/parked-records', undefined, ines.key)
  ).json()) as ParkedRecordsList;
  expect(Object.fromEntries(items.map((item) => [item.key, item.records]))).toEqual({
    [many]: 101,
    [few]: 100,
  });
  const redrive = async (subject: string, asking: string, path = '/v1/parked-records/redrives') => {
    const asked = { group: 'ingestion.fragile', key: subject };
    const answer = await call(path, asked, asking);
    return {
      status: answer.status,
      ...((await answer.json()) as { proposalId?: string; handled?: number }),
    };
  };
  expect((await redrive(foreign, ines.key)).status).toBe(404);
  broken = false;
  expect(await redrive(few, ines.key)).toMatchObject({ status: 200, handled: 100 });
  const first = await redrive(many, ines.key);
  expect(first.status).toBe(409);
  const proposals = service.app.get(Proposals);
  const { proposalId = '' } = first;
  await service.app.get(EventStore).transaction(async (tx) => {
    const change = { from: ['open'], to: 'approved', by: karim.staffId } as const;
    await proposals.register.move(tx, { proposalId }, change);
  });
  // To whom it was not agreed it is not given.
  expect((await redrive(many, karim.key)).status).toBe(409);
  // What failed again is no use of the word that was given: it is done anew, and then not once more.
  broken = true;
  const stateOf = async () =>
    (
      await proposals.register.find(service.app.get(Database).queryable, {
        tenantId: 'demo',
        proposalId,
      })
    )?.state;
  expect(await redrive(many, ines.key)).toMatchObject({ status: 200, handled: 0, left: 101 });
  expect(await stateOf()).toBe('approved');
  broken = false;
  expect(await redrive(many, ines.key)).toMatchObject({ status: 200, handled: 101 });
  expect(await stateOf()).toBe('done');
  broken = true;
  await park(101, `ct_${'4'.repeat(32)}`);
  await service.settled();
  broken = false;
  const operators = await redrive(`ct_${'4'.repeat(32)}`, key, '/parked-records/redrives');
  expect(operators).toMatchObject({ status: 200, handled: 101 });
}, 60_000);
