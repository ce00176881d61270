import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventSchemas } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { EventStore, type EventStoreOptions } from './event-store.ts';
import type { Decider, TextSealer } from './events.ts';
import { eventStoreMigrations } from './schema.ts';
import { type SnapshotOutcome, TAIL_EVENTS_MAX } from './snapshots.ts';
import { VersionConflict } from './version-conflict.ts';

let scratch: TestDatabase;
let database: Database;
let store: EventStore;
const stores: EventStore[] = [];
let outcomes: SnapshotOutcome[] = [];

const storeOf = (options: Partial<EventStoreOptions> = {}): EventStore => {
  const opened = new EventStore({
    database,
    onSnapshot: (outcome) => outcomes.push(outcome),
    ...options,
  });
  stores.push(opened);
  return opened;
};

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'ledger' });
  await migrate(database, eventStoreMigrations);
  store = storeOf();
});
beforeEach(() => {
  outcomes = [];
});
afterAll(async () => {
  await Promise.all(stores.map((one) => one.close()));
  await database?.close();
  await scratch?.drop();
});

type Counted = { readonly type: 'Counted'; readonly data: { readonly by: number } };
type State = { readonly sum: number; readonly last: number };
type Command = { readonly by: number; readonly max?: number };
const plain: Decider<State, Command, Counted> = {
  initial: () => ({ sum: 0, last: 0 }),
  evolve: ({ sum }, { data }) => ({ sum: (sum * 3 + data.by) % 100_003, last: data.by }),
  decide: ({ by, max = Infinity }, { sum }) => {
    if (sum > max) return { refused: 'full' };
    return by === 0 ? [] : [{ type: 'Counted', data: { by } }];
  },
};
const snapshots = { name: 'count', version: '1', types: ['Counted'], personal: false };
const counter = { ...plain, snapshots };
type Counter = typeof counter;

const context = { tenantId: 'tenant', subject: 'someone' };
type Asked = {
  readonly commandId?: string;
  readonly expectedVersion?: number;
  readonly of?: Counter;
};

type Within = { readonly tx: Queryable; readonly by: EventStore };

const countIn = ({ tx, by }: Within, stream: string, command: Command, asked: Asked) => {
  const { of = counter, commandId = randomUUID(), ...rest } = asked;
  return by.transactIn(tx, of, stream, { command, commandId, context, ...rest });
};
const count = (stream: string, command: Command, asked: Asked = {}, by = store) =>
  by.transaction((tx) => countIn({ tx, by }, stream, command, asked));
/** A stream with so many events, of one transaction. */
const grown = async (events: number, asked: Asked = {}, by = store, stream = randomUUID()) => {
  await by.transaction(async (tx) => {
    for (let nth = 1; nth <= events; nth += 1)
      await countIn({ tx, by }, stream, { by: nth }, asked);
  });
  return stream;
};
const folded = (stream: string, of: Decider<State, Command, Counted> = counter, by = store) =>
  by.foldIn(database.queryable, of, { stream });
const kept = async (stream: string) =>
  (
    await database.queryable.query<{ version: number; state: string }>(
      'SELECT version, state FROM snapshots WHERE stream = $1',
      [stream],
    )
  )[0];
/** The state and version that the events alone give. */
const truth = async (stream: string) => {
  const { state, version, rows } = await folded(stream, plain);
  return { state, version, position: rows.at(-1)?.position };
};

const LONG = 3 * TAIL_EVENTS_MAX + 5;

describe('a long stream', () => {
  test('is read from its snapshot on, however long it is, and gives the same state', async () => {
    const stream = randomUUID();
    let longest = 0;
    for (let nth = 1; nth <= LONG; nth += 1) {
      const before = await folded(stream);
      const { state, version } = await truth(stream);
      expect([before.state, before.version]).toEqual([state, version]);
      longest = Math.max(longest, before.rows.length);
      await count(stream, { by: nth });
    }
    expect(longest).toBe(TAIL_EVENTS_MAX);
    expect(outcomes).not.toContain('unreadable');
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(3);
  });

  test('that a snapshot covers to its end is at the version and position of its last event', async () => {
    const stream = await grown(TAIL_EVENTS_MAX + 1);
    await store.appendMany([
      { stream, expected: 'any', events: [{ type: 'Counted', data: { by: 1 } }], context },
    ]);
    await database.queryable.query(
      `UPDATE snapshots SET version = e.version, event_id = e.event_id FROM events e
       WHERE e.stream = $1 AND snapshots.stream = $1 AND e.version = ${TAIL_EVENTS_MAX}`,
      [stream],
    );
    const { version, position } = await truth(stream);
    expect(await count(stream, { by: 0 })).toMatchObject({ version, position, events: [] });
  });

  test('that is short, or of a decider that keeps none, has no snapshot', async () => {
    const short = await grown(TAIL_EVENTS_MAX);
    const other = await grown(TAIL_EVENTS_MAX + 2, { of: plain as Counter });
    expect([await kept(short), await kept(other)]).toEqual([undefined, undefined]);
  });

  test('counts what is beside it once, wherever its snapshot was made', async () => {
    const stream = await grown(TAIL_EVENTS_MAX - 2);
    const beside: { afterVersion: number; event: Counted }[] = [];
    for (let nth = 0; nth < TAIL_EVENTS_MAX; nth += 1) {
      const { version } = await folded(stream);
      beside.push({ afterVersion: version, event: { type: 'Counted', data: { by: 50 + nth } } });
      const of = { stream, beside };
      const { state } = await store.foldIn(database.queryable, plain, of);
      await store.transaction(async (tx) => {
        const before = await store.foldIn(tx, counter, of);
        expect(before.state).toEqual(state);
        const options = { command: { by: nth + 1 }, commandId: randomUUID(), context };
        await store.transactIn(tx, counter, before, options);
      });
    }
    expect(outcomes).toContain('written');
    expect(outcomes).toContain('read');
  });

  test('keeps nothing of a transaction that was undone', async () => {
    const stream = await grown(TAIL_EVENTS_MAX);
    const undone = store.transaction(async (tx) => {
      const options = { command: { by: 1 }, commandId: randomUUID(), context };
      await store.transactIn(tx, counter, stream, options);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(outcomes).toEqual(['written']);
    expect(await kept(stream)).toBeUndefined();
  });

  test('of two writers is decided on by one after the other, each on all that was before', async () => {
    const stream = randomUUID();
    const work = async (by: EventStore) => {
      for (let done = 0; done < LONG;) {
        try {
          await count(stream, { by: done + 1 }, {}, by);
          done += 1;
        } catch (error) {
          if (!(error instanceof VersionConflict)) throw error;
        }
      }
    };
    await Promise.all([work(store), work(storeOf())]);
    const { state, version } = await truth(stream);
    expect(await folded(stream)).toMatchObject({ state, version });
    expect(version).toBe(2 * LONG);
    expect((await kept(stream))?.version).toBeGreaterThanOrEqual(version - TAIL_EVENTS_MAX - 1);
  });
});

describe('a snapshot that does not serve changes no decision, and is replaced:', () => {
  const set = (change: string) => (stream: string) =>
    database.queryable.query(`UPDATE snapshots SET ${change} WHERE stream = $1`, [stream]);
  const spoilt: Record<string, (stream: string) => Promise<unknown>> = {
    'its state was changed': set(`state = replace(state, '"sum":', '"sum":1')`),
    'it ends too early': set('state = left(state, 70)'),
    'it is empty': set(`state = ''`),
    'it is another text with a digest of its own': set(
      `state = encode(sha256('x'), 'hex') || left(state, 3)`,
    ),
    'it says another version': set(
      `version = version - 1, event_id = (SELECT event_id FROM events
         WHERE events.stream = snapshots.stream AND events.version = snapshots.version - 1)`,
    ),
    'it is ahead of the stream': set('version = version + 1000'),
    'its stream was made anew': set('event_id = gen_random_uuid()'),
    'it says another person': set(`subject = 'somebody else'`),
    'another decider made it': set(`reading = 'another'`),
    'it is gone': (stream) =>
      database.queryable.query('DELETE FROM snapshots WHERE stream = $1', [stream]),
    'it is of another stream': async (stream) => {
      const other = await grown(TAIL_EVENTS_MAX + 1);
      await database.queryable.query(
        `UPDATE snapshots SET state = other.state FROM snapshots AS other
         WHERE snapshots.stream = $1 AND other.stream = $2`,
        [stream, other],
      );
    },
  };

  test.each(Object.keys(spoilt))('%s', async (how) => {
    const stream = await grown(TAIL_EVENTS_MAX + 3);
    await spoilt[how]?.(stream);
    const { state, version } = await truth(stream);
    const found = await folded(stream);
    expect(found).toMatchObject({ state, version });
    expect(found.rows).toHaveLength(version);
    const decided = await count(stream, { by: 7 });
    expect(decided).toMatchObject({ version: version + 1, duplicate: false });
    expect(await kept(stream)).toMatchObject({ version });
    expect((await folded(stream)).rows).toHaveLength(1);
  });

  test('a decider that folds otherwise reads none of the earlier ones', async () => {
    const stream = await grown(TAIL_EVENTS_MAX + 3);
    const changed: Counter = {
      ...counter,
      snapshots: { ...snapshots, version: '2' },
      evolve: ({ sum }, { data }) => ({ sum: sum + data.by, last: 0 }),
    };
    const { rows, state } = await folded(stream, changed);
    expect([rows.length, state.last]).toEqual([TAIL_EVENTS_MAX + 3, 0]);
  });

  test('events of a schema with a new version are folded anew', async () => {
    const stream = await grown(TAIL_EVENTS_MAX + 3);
    const versionOf = (type: string) => (type === 'Counted' ? 2 : eventSchemas.versionOf(type));
    const newer = storeOf({ schemas: { ...eventSchemas, versionOf } });
    expect((await folded(stream, counter, newer)).rows).toHaveLength(TAIL_EVENTS_MAX + 3);
  });

  test('one that cannot be written leaves the decision and its rows as they are', async () => {
    await database.queryable.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full'; END $$`,
    );
    await database.queryable.query(
      'CREATE TRIGGER refuse BEFORE INSERT ON snapshots FOR EACH ROW EXECUTE FUNCTION refuse()',
    );
    const stream = await grown(LONG);
    await database.queryable.query('DROP TRIGGER refuse ON snapshots');
    const { state, version } = await truth(stream);
    expect(version).toBe(LONG);
    expect(await folded(stream)).toMatchObject({ state, version });
    expect(new Set(outcomes)).toEqual(new Set(['unwritten']));
  });
});

describe('a command repeated from before the snapshot', () => {
  test.each<[string, Command, Asked]>([
    ['decides the same', { by: 2 }, {}],
    ['would be refused by now', { by: 2, max: -1 }, {}],
    ['would decide nothing by now', { by: 0 }, {}],
    ['names the version of then', { by: 2 }, { expectedVersion: 1 }],
  ])('answers with its first result, as it was, where it %s', async (_, again, asked) => {
    const stream = randomUUID();
    await count(stream, { by: 1 });
    const first = await count(stream, { by: 2 }, { commandId: 'second' });
    await grown(LONG - 2, {}, store, stream);
    expect((await folded(stream)).rows.length).toBeLessThan(LONG - 2);
    expect(await count(stream, again, { commandId: 'second', ...asked })).toEqual({
      ...first,
      events: [expect.objectContaining({ type: 'Counted', data: { by: 2 } })],
      duplicate: true,
    });
    expect((await truth(stream)).version).toBe(LONG);
  });

  test('and one that is not there conflicts as ever', async () => {
    const stream = await grown(LONG);
    const stale = count(stream, { by: 1 }, { expectedVersion: 3 });
    await expect(stale).rejects.toMatchObject({ expected: 3, actual: LONG });
    expect(await count(stream, { by: 1, max: -1 })).toEqual({ refused: 'full' });
  });
});

describe('a state about a person', () => {
  const personal: Counter = { ...counter, snapshots: { ...snapshots, personal: true } };
  const erased = new Set<string>();
  const texts: TextSealer = {
    seal: ({ subject }, text, place) =>
      erased.has(subject)
        ? Promise.reject(new Error('erased'))
        : Promise.resolve(btoa(JSON.stringify([text, place]))),
    open: ({ subject }, sealed, place) => {
      const [text, where] = JSON.parse(atob(sealed)) as [string, string];
      return erased.has(subject) || where !== place
        ? Promise.reject(new Error('erased or moved'))
        : Promise.resolve(text);
    },
  };

  test('is kept sealed alone, and by nobody who cannot seal', async () => {
    const sealing = storeOf({ texts });
    const stream = await grown(TAIL_EVENTS_MAX + 2, { of: personal }, sealing);
    expect((await kept(stream))?.state).not.toContain('sum');
    const { state, version } = await truth(stream);
    const found = await folded(stream, personal, sealing);
    expect(found).toMatchObject({ state, version });
    expect(found.rows).toHaveLength(2);
    expect((await folded(stream, personal)).rows).toHaveLength(version);
    expect(await kept(await grown(TAIL_EVENTS_MAX + 2, { of: personal }))).toBeUndefined();
  });

  test('is neither read nor written once the person is erased', async () => {
    const sealing = storeOf({ texts });
    const stream = await grown(TAIL_EVENTS_MAX + 2, { of: personal }, sealing);
    const before = await kept(stream);
    erased.add(context.subject);
    await count(stream, { by: 1 }, { of: personal }, sealing);
    erased.delete(context.subject);
    expect(outcomes.slice(-2)).toEqual(['unreadable', 'unwritten']);
    expect(await kept(stream)).toEqual(before);
  });
});
