import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { EventStore } from './event-store.ts';
import type { NewEvent, Sealer, StreamAppend } from './events.ts';
import { purgePassing, purgePassingOf } from './purge.ts';
import { eventStoreMigrations, passingStream } from './schema.ts';
import { VersionConflict } from './version-conflict.ts';

let scratch: TestDatabase;
let database: Database;
let store: EventStore;

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'ledger' });
  await Promise.all([1, 2, 3].map(() => migrate(database, eventStoreMigrations)));
  store = new EventStore({ database, commitQueues: 2 });
});

afterAll(async () => {
  await store?.close();
  await database?.close();
  await scratch?.drop();
});

const context = { tenantId: 'tenant', subject: 'someone' };
const event = (id?: string, data: object = {}): NewEvent => ({
  type: 'Noted',
  data,
  ...(id === undefined ? {} : { id }),
});
const appendOf = (stream: string, more: Partial<StreamAppend> = {}): StreamAppend => ({
  stream,
  expected: 'any',
  events: [event()],
  context,
  ...more,
});
const countOf = async (stream: string): Promise<number> => (await store.load(stream)).events.length;

describe('append', () => {
  test('counts versions from 1 and gives the facts back as they were', async () => {
    const stream = randomUUID();
    const id = randomUUID();
    const data = { text: 'a NUL \u0000 and a lone \ud800', order: { b: 1, a: 2 } };
    const time = '2026-11-20T10:00:00.120Z';
    const first = await store.append(
      appendOf(stream, {
        expected: 'none',
        events: [{ id, type: 'Noted', time, data }, event()],
        context: { ...context, commandId: 'c-1', traceparent: '00-aa-bb-01' },
      }),
    );
    expect(first).toMatchObject({ version: 2, duplicate: false });
    const { events, version } = await store.load(stream);
    expect(version).toBe(2);
    expect(events[0]).toStrictEqual({
      id,
      source: 'ledger',
      type: 'Noted',
      subject: 'someone',
      time,
      dataschema: 'urn:tact:event:Noted:1',
      tenantid: 'tenant',
      correlationid: 'c-1',
      causationid: 'c-1',
      traceparent: '00-aa-bb-01',
      data,
      position: first.position - 1,
      stream,
      version: 1,
    });
    expect(JSON.stringify(events[0]?.data)).toBe(JSON.stringify(data));
  });

  test.each(['append', 'appendMany'] as const)('%s refuses a version that passed', async (how) => {
    const stream = randomUUID();
    await store.append(appendOf(stream));
    for (const expected of ['none', 2, 7] as const) {
      const wrong = appendOf(stream, { expected });
      const asked =
        how === 'append' ? store.append(wrong) : store.appendMany([wrong, appendOf('x')]);
      await expect(asked).rejects.toMatchObject({ stream, expected, actual: 1 });
    }
    expect((await store.append(appendOf(stream, { expected: 1 }))).version).toBe(2);
    expect(await countOf('x')).toBe(0);
  });

  test('a conflict draws no position and leaves no empty stream', async () => {
    const stream = randomUUID();
    const before = await store.head();
    await expect(store.append(appendOf(stream, { expected: 3 }))).rejects.toThrow(VersionConflict);
    expect(await store.head()).toBe(before);
    const rows = await database.queryable.query('SELECT 1 FROM streams WHERE stream = $1', [
      stream,
    ]);
    expect(rows).toEqual([]);
  });

  test('the same event ids, or the same command id, answer with the first result', async () => {
    const stream = randomUUID();
    const events = [event(randomUUID()), event(randomUUID())];
    const first = await store.append(appendOf(stream, { expected: 'none', events }));
    const again = { ...first, duplicate: true };
    expect(await store.append(appendOf(stream, { expected: 'none', events }))).toEqual(again);
    expect(await store.appendMany([appendOf(stream, { expected: 0, events })])).toEqual([again]);

    const commanded = appendOf(stream, { context: { ...context, commandId: 'c-9' } });
    const second = await store.append(commanded);
    await store.append(appendOf(stream));
    expect(await store.append({ ...commanded, events: [event(), event()] })).toEqual({
      ...second,
      duplicate: true,
    });
    expect(await countOf(stream)).toBe(4);
  });

  test('of a batch that is known in part, only the new facts are appended', async () => {
    const stream = randomUUID();
    const [a, b, c] = [event(randomUUID()), event(randomUUID()), event(randomUUID())] as const;
    await store.append(appendOf(stream, { events: [a, b] }));
    const result = await store.append(appendOf(stream, { events: [b, c] }));
    expect(result).toMatchObject({ version: 3, duplicate: false });
    const ids = (await store.load(stream)).events.map(({ id }) => id);
    expect(ids).toEqual([a.id, b.id, c.id]);
  });

  test('a fact that is twice in one call is one fact', async () => {
    const stream = randomUUID();
    const same = event(randomUUID());
    const results = await store.appendMany([
      appendOf(stream, { events: [same] }),
      appendOf(stream, { events: [event()] }),
      appendOf(stream, { events: [same] }),
    ]);
    expect(results.map(({ version, duplicate }) => [version, duplicate])).toEqual([
      [1, false],
      [2, false],
      [1, true],
    ]);
  });

  test.each([1, 3])(
    '50 concurrent copies of one append have one effect (%s events)',
    async (size) => {
      const stream = randomUUID();
      const events = Array.from({ length: size }, () => event(randomUUID()));
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, nth) =>
          nth % 2 === 0
            ? store.append(appendOf(stream, { events }))
            : store.appendMany([appendOf(stream, { events })]).then(([one]) => one),
        ),
      );
      expect(new Set(results.map((one) => `${one?.version} ${one?.position}`)).size).toBe(1);
      expect(results.filter((one) => one?.duplicate === false)).toHaveLength(1);
      expect(await countOf(stream)).toBe(size);
    },
  );

  test('in a group commit a conflict or a refused event rejects its own caller only', async () => {
    const good = Array.from({ length: 40 }, () => randomUUID());
    const stale = randomUUID();
    await store.append(appendOf(stale));
    const results = await Promise.allSettled([
      ...good.map((stream) => store.append(appendOf(stream, { expected: 'none' }))),
      store.append(appendOf(stale, { expected: 'none' })),
      store.append(appendOf(stale, { expected: 1 })),
      store.append(appendOf('refused', { context: { ...context, tenantId: 'nul\u0000' } })),
    ]);
    expect(results.slice(0, 40).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(results.slice(40).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    expect(await countOf('refused')).toBe(0);
  });

  test('1,000 events over 250 streams in one call keep the order of the call', async () => {
    const streams = Array.from({ length: 250 }, () => randomUUID());
    const appends = Array.from({ length: 1_000 }, (_, nth) =>
      appendOf(streams[(nth * 7) % 250] ?? '', { events: [event(undefined, { nth })] }),
    );
    const results = await store.appendMany(appends);
    const positions = results.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    const { events } = await store.load(streams[7] ?? '');
    expect(events.map(({ data }) => (data as { nth: number }).nth)).toEqual([1, 251, 501, 751]);
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  });

  test('appendIn lives and dies with the transaction of its caller', async () => {
    const [kept, lost] = [randomUUID(), randomUUID()];
    await store.transaction((tx) => store.appendIn(tx, [appendOf(kept), appendOf(kept)]));
    const failing = store.transaction(async (tx) => {
      await store.appendIn(tx, [appendOf(lost)]);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect([await countOf(kept), await countOf(lost)]).toEqual([2, 0]);
  });

  test.each([
    'UPDATE events SET version = 2',
    'DELETE FROM events',
    'TRUNCATE events',
    `INSERT INTO events SELECT * FROM events`,
  ])('nobody changes the events: %s', async (statement) => {
    await expect(database.queryable.query(statement)).rejects.toMatchObject({ code: 'TC002' });
  });
});

describe('what is not kept', () => {
  const at = (hour: number) => `2026-11-20T${String(hour).padStart(2, '0')}:00:00.000Z`;
  const noted = (hour: number, id = randomUUID()): NewEvent => ({
    type: 'Noted',
    id,
    time: at(hour),
    data: {},
  });

  test('goes with its time, out of its own streams alone, and readers pass it', async () => {
    const [passing, kept] = [passingStream(randomUUID()), randomUUID()];
    const before = await store.head();
    const again = noted(8);
    await store.append(appendOf(passing, { events: [again, noted(9), noted(10)] }));
    await store.append(appendOf(kept, { events: [noted(8), noted(9)] }));
    expect((await store.append(appendOf(passing, { events: [again] }))).duplicate).toBe(true);
    await purgePassing(database.queryable, new Date(at(9)));
    expect([await countOf(passing), await countOf(kept)]).toEqual([1, 2]);
    const { events, next } = await store.readAll({ after: before, limit: 100 });
    expect(events.map(({ stream, version }) => [stream, version])).toEqual([
      [passing, 3],
      [kept, 1],
      [kept, 2],
    ]);
    expect(next).toBe(await store.head());
    // The stream goes on behind what it held, and what was forgotten is a new fact.
    expect(await store.append(appendOf(passing, { events: [again] }))).toMatchObject({
      version: 4,
      duplicate: false,
    });
  });

  test('goes with its person', async () => {
    const [mine, others] = [randomUUID(), randomUUID()];
    const stream = passingStream(randomUUID());
    for (const subject of [mine, others]) {
      const about = { ...context, subject };
      await store.append(appendOf(stream, { context: about, events: [noted(8)] }));
    }
    await purgePassingOf(database.queryable, [mine]);
    expect((await store.load(stream)).events.map(({ subject }) => subject)).toEqual([others]);
  });

  test('is the only thing that anybody can delete', async () => {
    const [passing, kept] = [passingStream(randomUUID()), randomUUID()];
    await store.append(appendOf(passing));
    await store.append(appendOf(kept));
    const remove = (stream: string) =>
      database.queryable.query('DELETE FROM events WHERE stream = $1', [stream]);
    await expect(remove(kept)).rejects.toMatchObject({ code: 'TC002' });
    await remove(passing);
    expect([await countOf(passing), await countOf(kept)]).toEqual([0, 1]);
  });
});

test('with a sealer, no table holds the clear text, own reads do, and the relay gets it sealed', async () => {
  const sealer: Sealer = {
    seal: (events) =>
      Promise.resolve(events.map(({ data }) => ({ $sealed: btoa(JSON.stringify(data)) }))),
    open: (events) =>
      Promise.resolve(
        events.map(({ data }) => JSON.parse(atob((data as { $sealed: string }).$sealed)) as object),
      ),
    markErased: (events) => Promise.resolve(events.map(({ data }) => data)),
  };
  const own = await openDatabase({ url: scratch.url, schema: 'sealed' });
  await migrate(own, eventStoreMigrations);
  const sealing = new EventStore({ database: own, sealer });
  await sealing.append(appendOf('s', { events: [event(undefined, { phone: '+33612345678' })] }));
  const [row] = await own.queryable.query<{ data: object }>(
    'SELECT data::text AS data FROM events',
  );
  expect(row?.data).not.toContain('336');
  expect((await sealing.load('s')).events[0]?.data).toEqual({ phone: '+33612345678' });
  const page = { after: 0, limit: 10 };
  expect((await sealing.readAll(page)).events[0]?.data).toEqual({ phone: '+33612345678' });
  expect((await sealing.readWritten(page)).events[0]?.json).toContain('"$sealed"');
  expect((await sealing.readProjected(page)).events[0]?.data).toHaveProperty('$sealed');
  await sealing.close();
  await own.close();
});
