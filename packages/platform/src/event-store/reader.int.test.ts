import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { EventStore } from './event-store.ts';
import type { StoredEvent, StreamAppend } from './events.ts';
import { eventStoreMigrations } from './schema.ts';

let scratch: TestDatabase;
let database: Database;
let store: EventStore;

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'readers', poolSize: 24 });
  await migrate(database, eventStoreMigrations);
  store = new EventStore({ database });
});

afterAll(async () => {
  await store?.close();
  await database?.close();
  await scratch?.drop();
});

const noted = (stream: string, data: object): StreamAppend => ({
  stream,
  expected: 'any',
  events: [{ type: 'Noted', data }],
  context: { tenantId: 't', subject: 's' },
});

/** Follows the store like a relay until told to stop and nothing is left. */
const follow = async (isOver: () => boolean): Promise<StoredEvent[]> => {
  const seen: StoredEvent[] = [];
  const waiter = store.wakeUp.waiter();
  for (let after = 0; ;) {
    const last = isOver();
    const { events, next } = await store.readAll({ after, limit: 37 });
    seen.push(...events);
    after = next;
    if (events.length === 0 && last) break;
    if (events.length === 0) await waiter.next(undefined, 250);
  }
  waiter.close();
  return seen;
};

test('T21 16 writers with rollbacks, two appends a transaction: 0 lost, in order', async () => {
  const committed = new Set<string>();
  let over = false;
  const reading = follow(() => over);
  const writer = async (nth: number): Promise<void> => {
    for (let i = 0; i < 60; i++) {
      const stream = `shared-${randomInt(40)}`;
      const keys = [`${nth}-${i}-a`, `${nth}-${i}-b`];
      await store
        .transaction(async (tx) => {
          await store.appendIn(tx, [noted(stream, { key: keys[0] })]);
          if (i % 3 === 0) await pause(randomInt(8));
          await store.appendIn(tx, [noted(stream, { key: keys[1] })]);
          if (i % 4 === 1) throw new Error('rolled back on purpose');
        })
        .then(
          () => keys.forEach((key) => committed.add(key)),
          () => undefined,
        );
      if (i % 5 === 0) {
        await store.append(noted(stream, { key: `${nth}-${i}-queue` }));
        committed.add(`${nth}-${i}-queue`);
      }
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, nth) => writer(nth)));
  over = true;
  const seen = await reading;

  const keys = seen.map(({ data }) => (data as { key: string }).key);
  expect(keys).toHaveLength(committed.size);
  expect(new Set(keys)).toEqual(committed);
  const positions = seen.map(({ position }) => position);
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  const versions = new Map<string, number>();
  for (const { stream, version } of seen) {
    expect(version).toBe((versions.get(stream) ?? 0) + 1);
    versions.set(stream, version);
  }
  const place = new Map(keys.map((key, nth) => [key, nth]));
  for (const [key, nth] of place) {
    if (key.endsWith('-a')) expect(place.get(key.replace(/a$/, 'b'))).toBeGreaterThan(nth);
  }
}, 60_000);

test('T21 a foreign transaction that stays open for seconds delays nobody', async () => {
  const foreign = await database.pool.connect();
  await foreign.query('BEGIN');
  await foreign.query('SELECT pg_current_xact_id()');
  for (let i = 0; i < 20; i++) {
    const { position } = await store.append(noted('calm', { i }));
    // A rolled-back append leaves a hole before the next event, which the reader has to judge.
    await expect(
      store.transaction(async (tx) => {
        await store.appendIn(tx, [noted('calm', {})]);
        throw new Error('on purpose');
      }),
    ).rejects.toThrow('on purpose');
    const last = await store.append(noted('calm', { i }));
    // Whoever waited for the foreign transaction would wait for ever: it ends behind this loop.
    const { next } = await store.readAll({ after: position - 1, limit: 10 });
    expect(next === position || next === last.position).toBe(true);
    expect((await store.readAll({ after: position, limit: 10 })).next).toBe(last.position);
  }
  await foreign.query('COMMIT');
  foreign.release();
});

test('an open append holds later events back, and its end lets them go', async () => {
  const before = await store.head();
  const order: string[] = [];
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let appended = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    appended = resolve;
  });
  const slow = store.transaction(async (tx) => {
    await store.appendIn(tx, [noted('slow', {})]);
    appended();
    await held;
    order.push('slow');
  });
  await opened;
  await store.append(noted('quick', {}));
  expect((await store.readAll({ after: before, limit: 10 })).events).toEqual([]);
  release();
  await slow;
  const { events } = await store.readAll({ after: before, limit: 10 });
  expect(events.map(({ stream }) => stream)).toEqual(['slow', 'quick']);
});
