import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineEvent, eventDefinitions, eventSchemasOf, type Upcaster } from '@tact/contracts';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { EventTooNew } from './as-current.ts';
import { EventStore } from './event-store.ts';
import type { Decider, NewEvent, Sealer } from './events.ts';
import { eventStoreMigrations } from './schema.ts';

const data = z.object({});
const release = (version: number, steps: readonly Upcaster[]) =>
  eventSchemasOf(
    [defineEvent({ type: 'ParcelSent', version, description: 'Of this test alone.', data })],
    steps,
  );
const first = release(1, []);
const third = release(3, [
  { type: 'ParcelSent', from: 1, up: (old) => ({ ...old, carrier: 'post' }) },
  {
    type: 'ParcelSent',
    from: 2,
    up: ({ kilograms, ...old }) => ({ ...old, grams: Number(kilograms) * 1000 }),
  },
]);

/** Hides one field, as the vault does; the box is the same wherever the clear fields go. */
const sealer: Sealer = {
  seal: (events) =>
    Promise.resolve(
      events.map(({ data: given }) => {
        const { recipient, ...clear } = given as { recipient?: string };
        return recipient === undefined ? clear : { ...clear, $sealed: btoa(recipient) };
      }),
    ),
  open: (events) =>
    Promise.resolve(
      events.map(({ data: stored }) => {
        const { $sealed, ...clear } = stored as { $sealed?: string };
        return $sealed === undefined ? clear : { ...clear, recipient: atob($sealed) };
      }),
    ),
  markErased: (events) => Promise.resolve(events.map(({ data: stored }) => stored)),
};

const everything: Decider<null, never, NewEvent> = {
  initial: () => null,
  evolve: () => null,
  decide: () => [],
};

let scratch: TestDatabase;
let database: Database;
const stores: EventStore[] = [];
const storeOf = (schemas: ReturnType<typeof release>) => {
  const store = new EventStore({ database, schemas, sealer });
  stores.push(store);
  return store;
};
const context = { tenantId: 'tenant', subject: 'someone' };
const page = { after: 0, limit: 10 };

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'parcels' });
  await migrate(database, eventStoreMigrations);
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await database?.close();
  await scratch?.drop();
});

test('what an old release wrote is read as the current version, by every way of reading', async () => {
  const events = [{ type: 'ParcelSent', data: { kilograms: 2, recipient: 'Alice Fictive' } }];
  await storeOf(first).append({ stream: 'p-1', expected: 'none', events, context });
  const store = storeOf(third);
  const current = { carrier: 'post', grams: 2000, recipient: 'Alice Fictive' };
  const seen = [
    (await store.load('p-1')).events,
    await database.transaction(async (tx) =>
      (await store.foldIn(tx, everything, { stream: 'p-1' })).rows.map(({ event }) => event),
    ),
    (await store.readAll(page)).events,
  ];
  expect(seen.map(([event]) => event?.data)).toEqual([current, current, current]);
  const { recipient: _, ...clear } = current;
  const [projected] = (await store.readProjected(page)).events;
  expect(projected?.data).toEqual({ ...clear, $sealed: expect.any(String) });
});

test('a decider folds the current version, and its own events are written in it', async () => {
  const decider: Decider<number, { kilograms: number }, NewEvent> = {
    initial: () => 0,
    evolve: (grams, event) => grams + (event.data as { grams: number }).grams,
    decide: ({ kilograms }) => [
      { type: 'ParcelSent', data: { carrier: 'bike', grams: kilograms * 1000 } },
    ],
  };
  const store = storeOf(third);
  const commandId = '01900000-0000-7000-8000-000000000001';
  const options = { commandId, context };
  expect(await store.transact(decider, 'p-1', { kilograms: 3 }, options)).toMatchObject({
    state: 5000,
  });
  const { events } = await store.load('p-1');
  // The version each was written in stays to be seen.
  expect(events.map(({ dataschema }) => dataschema)).toEqual([
    'urn:tact:event:ParcelSent:1',
    'urn:tact:event:ParcelSent:3',
  ]);
});

test('the relay hands on what was written, in the version it was written in', async () => {
  const { events } = await storeOf(third).readWritten(page);
  expect(events.map(({ dataschema, json }) => [dataschema, JSON.parse(json)])).toEqual([
    ['urn:tact:event:ParcelSent:1', { kilograms: 2, $sealed: btoa('Alice Fictive') }],
    ['urn:tact:event:ParcelSent:3', { carrier: 'bike', grams: 3000 }],
  ]);
});

test('what a later release wrote is not misread: the read fails and says what to run', async () => {
  const store = storeOf(first);
  await expect(store.load('p-1')).rejects.toThrow(EventTooNew);
  await expect(store.readProjected(page)).rejects.toThrow('version 3');
  expect((await store.readWritten(page)).events).toHaveLength(2);
});

test('a store that is told nothing writes the versions of the contracts', async () => {
  const store = new EventStore({ database });
  stores.push(store);
  const { type, version } = eventDefinitions.ContactTimeZoneSet;
  await store.append({ stream: 'z-1', expected: 'none', events: [{ type, data: {} }], context });
  const { events } = await store.load('z-1');
  expect(events[0]?.dataschema).toBe(`urn:tact:event:${type}:${version}`);
});
