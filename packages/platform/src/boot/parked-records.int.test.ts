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
import type { Queryable } from '../postgres/queryable.ts';
import { bootService, type RunningService } from './boot-service.ts';
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
const call = (path: string, body?: object) =>
  fetch(`${service.origin}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
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
