import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { EventStore } from './event-store.ts';
import { eventStoreMigrations } from './schema.ts';

let scratch: TestDatabase;
let database: Database;
beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'ledger' });
});
afterAll(async () => {
  await database?.close();
  await scratch?.drop();
});

const contactId = 'ct_00112233445566778899aabbccddeeff';
const stream = `contact-${contactId}`;
const [id, correlationid, cause] = [randomUUID(), randomUUID(), randomUUID()];
const trace = correlationid.replaceAll('-', '');
const $sealed = { v: 2, k: 1, s: 1, p: ['/occurredAt'], b: 'AAAA' };
const data = { contactId, kind: 'message-sent', origin: 'timer', $sealed };

const metas = [
  { correlationid, causationid: cause, traceparent: `00-${trace}-fa6718fabd420f00-01` },
  [correlationid, cause, '-fa6718fabd420f00-01'],
];

/** As earlier versions appended, by the function they had. */
const appendAsBefore = async (): Promise<void> => {
  for (const [nth, meta] of metas.entries()) {
    await database.queryable.query(
      `SELECT append_event($1, -1, NULL, 'demo', $2, $3, $4, 'SignalRecorded', 1::smallint, '2026-11-20T10:00:00Z', $5)`,
      [
        stream,
        contactId,
        JSON.stringify(meta),
        nth === 0 ? id : randomUUID(),
        JSON.stringify(data),
      ],
    );
  }
};

test('a store of an earlier version is read on, and a repeated event is known', async () => {
  await migrate(database, eventStoreMigrations.slice(0, 4));
  await appendAsBefore();
  await migrate(database, eventStoreMigrations);
  const store = new EventStore({ database });
  const context = { tenantId: 'demo', subject: contactId, correlationId: correlationid };
  const append = (eventId: string) =>
    store.append({
      stream,
      expected: 'any',
      events: [{ id: eventId, type: 'SignalRecorded', time: '2026-11-20T10:00:00.000Z', data }],
      context: { ...context, causationId: cause, traceparent: `00-${trace}-fa6718fabd420f00-01` },
    });
  expect(await append(id)).toMatchObject({ duplicate: true, version: 1 });
  expect(await append(randomUUID())).toMatchObject({ duplicate: false, version: 3 });
  const { events } = await store.load(stream);
  const page = { after: 0, limit: 10 };
  const { events: written } = await store.readWritten(page);
  expect(events).toHaveLength(3);
  for (const [nth, event] of events.entries()) {
    expect(event).toMatchObject({
      subject: contactId,
      time: '2026-11-20T10:00:00.000Z',
      correlationid,
      causationid: cause,
      traceparent: `00-${trace}-fa6718fabd420f00-01`,
      data,
    });
    expect(JSON.parse(written[nth]?.json ?? '')).toEqual(data);
  }
  expect((await store.readProjected(page)).events.map((event) => event.data)).toEqual([
    data,
    data,
    data,
  ]);
  const [old, , fresh] = await database.queryable.query<{ data: unknown; packed: unknown }>(
    'SELECT data, packed FROM events ORDER BY version',
  );
  expect(old).toEqual({ data, packed: null });
  expect(fresh).toEqual({ data: null, packed: expect.any(Buffer) });
  await store.close();
});
