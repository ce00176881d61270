import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import { EventStore } from './event-store.ts';
import { eventsProtectedState, eventStoreMigrations, passingStream } from './schema.ts';
import { besideInStub, type StubParts, stubEventsOf } from './stubs.ts';

const PLACES = 12;
/** Any function of a key does: a stub's key has the place of the key it stands for. */
const placeOf = (key: string): number =>
  Buffer.from(key).reduce((sum, byte) => sum + byte, 0) % PLACES;
const digest = 'd'.repeat(64);
const parts: StubParts = {
  source: 'ledger',
  keptTypes: ['Fenced'],
  digestOf: () => digest,
  besideOf: ({ type }) => (type === 'Acted' ? ['one', 'another'] : []),
  placeOf,
};

let scratch: TestDatabase;
let database: Database;
let store: EventStore;

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'ledger' });
  await migrate(database, eventStoreMigrations);
  store = new EventStore({ database });
});
afterAll(async () => {
  await store?.close();
  await database?.close();
  await scratch?.drop();
});

const newPerson = (): string => `ct_${randomUUID().replaceAll('-', '')}`;
const append = (
  stream: string,
  subject: string,
  event: { type?: string; data?: object; time?: string } = {},
) =>
  store.append({
    stream,
    expected: 'any',
    events: [{ type: 'Noted', data: { said: 'something' }, ...event }],
    context: { tenantId: 'acme', subject, commandId: randomUUID() },
  });
const stub = (...subjects: string[]): Promise<number> =>
  database.transaction((tx) => stubEventsOf(tx, subjects, parts));
type Row = Readonly<Record<string, unknown>>;
const rowAt = async (position: number): Promise<Row> => {
  const [row] = await database.queryable.query<Row>(
    'SELECT *, occurred_at::text AS at FROM events WHERE position = $1',
    [position],
  );
  return row ?? {};
};
const written = async () => (await store.readWritten({ after: 0, limit: 1_000 })).events;

describe('events of a person', () => {
  test('become stubs of their own, wherever they stand, once', async () => {
    const [person, other] = [newPerson(), newPerson()];
    const mine = [
      await append(`contact-${person}`, person, { time: '2026-11-03T08:12:13.456Z' }),
      await append(`contact-${person}`, person, { type: 'Acted' }),
      await append('looks-acme', person),
      // Who looked for whom is about the business, and names the person.
      await append('audit-acme', 'acme', { data: { found: person } }),
      // Stored as bytes, in which the id is its bytes.
      await append('audit-acme', 'acme', {
        type: 'ConsentGiven',
        data: { contactId: person, purpose: 'marketing', channel: 'whatsapp' },
      }),
    ];
    const theirs = [
      await append(`contact-${other}`, other, { data: { otherContactId: person } }),
      await append('looks-acme', other),
      await append(`fence-${person}`, person, { type: 'Fenced' }),
    ];
    const before = await Promise.all(theirs.map(({ position }) => rowAt(position)));
    expect((await rowAt(mine.at(-1)!.position))['packed']).not.toBeNull();
    expect(await stub(person)).toBe(mine.length);
    const stubs = await Promise.all(mine.map(({ position }) => rowAt(position)));
    expect(new Set(stubs.map(({ stream }) => stream)).size).toBe(mine.length);
    for (const row of stubs) {
      expect(row).toMatchObject({ subject: '', command_id: null, packed: null, version: 1 });
      expect(row['stream']).toMatch(/^erased-[0-9a-f]{32}$/);
      expect(JSON.stringify(row)).not.toContain(person);
    }
    expect(stubs[0]).toMatchObject({
      type: 'Noted',
      at: '2026-11-03 08:00:00+00',
      data: { $erased: { v: 1, sha256: digest, revision: null, beside: [] } },
    });
    expect(await Promise.all(theirs.map(({ position }) => rowAt(position)))).toEqual(before);
    expect(await stub(person)).toBe(0);
  });

  test('are told on where they were told, and nowhere else', async () => {
    const person = newPerson();
    const { position } = await append(`contact-${person}`, person, { type: 'Acted' });
    const [whole] = (await written()).filter((event) => event.position === position);
    await stub(person);
    const [erased] = (await written()).filter((event) => event.position === position);
    expect(erased).toMatchObject({ id: whole!.id, type: 'Acted', correlationid: whole!.id });
    expect(placeOf(erased!.subject)).toBe(placeOf(person));
    expect(besideInStub(erased!)!.map(placeOf)).toEqual(['one', 'another'].map(placeOf));
    expect(besideInStub(whole!)).toBeUndefined();
  });

  test('are nothing to whoever folds, projects or replays, also where a page holds nothing else', async () => {
    const person = newPerson();
    const { position: first } = await append(`contact-${person}`, person);
    for (let nth = 0; nth < 5; nth += 1) await append(`contact-${person}`, person);
    const { position: last } = await append('contact-of-somebody', 'somebody');
    await stub(person);
    expect(await store.load(`contact-${person}`)).toEqual({ events: [], version: 0 });
    for (const read of ['readProjected', 'readAll'] as const) {
      const { events, next } = await store[read]({ after: first - 1, limit: 2 });
      expect([events.map(({ position }) => position), next]).toEqual([[last], last]);
    }
  });

  test('of many pages all become stubs; what passes is stubbed or purged alike', async () => {
    const person = newPerson();
    await store.appendMany(
      Array.from({ length: 1_100 }, (_, nth) => ({
        stream: nth % 2 === 0 ? `contact-${person}` : passingStream('messages-acme'),
        expected: 'any' as const,
        events: [{ type: 'Noted', data: { nth } }],
        context: { tenantId: 'acme', subject: person },
      })),
    );
    expect(await stub(person)).toBe(1_100);
  });
});

describe('nothing else becomes of an event', () => {
  const refused = { code: eventsProtectedState };
  const open = `SELECT set_config('tact.stubbing', 'on', true)`;
  const changed = (change: string, position: number, opened = true): Promise<unknown> =>
    database.transaction(async (tx) => {
      if (opened) await tx.query(open);
      await tx.query(`UPDATE events SET ${change} WHERE position = $1`, [position]);
    });
  const meta = `meta = format('{"correlationid":"%s","causationid":"%s"}', event_id, event_id)::json`;
  const data = (beside: string, more = '') =>
    `data = '{"$erased":{"v":1,"sha256":"${digest}","revision":null,"beside":[${beside}]${more}}}'`;
  const name = `stream = 'erased-${'0'.repeat(32)}'`;
  const rest = `version = 1, subject = '', command_id = NULL, packed = NULL, ${meta},
    occurred_at = date_trunc('hour', occurred_at, 'UTC')`;

  test('not without the door, not in another shape, not a second time', async () => {
    const { position } = await append('contact-of-nobody', 'nobody');
    const whole = `${name}, ${data('')}, ${rest}`;
    await expect(changed(whole, position, false)).rejects.toMatchObject(refused);
    for (const wrong of [
      `data = '{"said":"another"}'`,
      `${name}, ${data('', ',"name":"Ada"')}, ${rest}`,
      `${name}, ${data('"+33639980101"')}, ${rest}`,
      `stream = 'erased-of-ada', ${data('')}, ${rest}`,
      whole.replace(meta, `meta = '{"correlationid":"ct_1"}'`),
      `${whole}, type = 'Other'`,
      `${whole}, event_id = gen_random_uuid()`,
      `${whole}, tenant_id = 'other'`,
      `${whole}, position = position + 1000000`,
      whole.replace(`, 'UTC')`, `, 'UTC') + interval '1 minute'`),
      whole.replace('command_id = NULL', `command_id = 'ada'`),
      whole.replace(`subject = ''`, `subject = 'ada'`),
    ]) {
      await expect(changed(wrong, position)).rejects.toMatchObject(refused);
    }
    await changed(whole, position);
    const again = whole.replaceAll('0'.repeat(32), '1'.repeat(32));
    await expect(changed(again, position)).rejects.toMatchObject(refused);
  });

  test('and it is closed again behind each call', async () => {
    const person = newPerson();
    const { position } = await append('contact-of-another', 'another');
    await append(`contact-${person}`, person);
    const late = database.transaction(async (tx) => {
      await stubEventsOf(tx, [person], parts);
      await tx.query(`UPDATE events SET type = 'Other' WHERE position = $1`, [position]);
    });
    await expect(late).rejects.toMatchObject(refused);
    const gone = database.queryable.query('DELETE FROM events WHERE position = $1', [position]);
    await expect(gone).rejects.toMatchObject(refused);
    await expect(database.queryable.query('TRUNCATE events')).rejects.toMatchObject(refused);
  });
});
