import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { limited } from '../consumer/attempt.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { EventStore } from './event-store.ts';
import type { Decider } from './events.ts';
import { eventStoreMigrations } from './schema.ts';
import { VersionConflict } from './version-conflict.ts';
import type { WakeUp } from './wake-up.ts';

let scratch: TestDatabase;
let database: Database;
let store: EventStore;

beforeAll(async () => {
  scratch = await testDatabase();
  database = await openDatabase({ url: scratch.url, schema: 'ledger' });
  await migrate(database, eventStoreMigrations);
  store = new EventStore({ database, commitQueues: 2 });
});

afterAll(async () => {
  await store?.close();
  await database?.close();
  await scratch?.drop();
});

const context = { tenantId: 'tenant', subject: 'someone' };
type Counted = { readonly type: 'Counted'; readonly data: { readonly by: number } };
const counter: Decider<number, { by: number; max: number }, Counted> = {
  initial: () => 0,
  evolve: (state, { data }) => state + data.by,
  decide: ({ by, max }, state) =>
    state + by > max ? { refused: 'full' } : [{ type: 'Counted', data: { by } }],
};

describe('transact', () => {
  test('a repeated command answers with its first result, without deciding twice', async () => {
    const stream = randomUUID();
    let decisions = 0;
    const counting = {
      ...counter,
      decide: (command: { by: number; max: number }, state: number) => {
        decisions += 1;
        return counter.decide(command, state);
      },
    };
    const run = (commandId: string): Promise<unknown> =>
      store.transact(counting, stream, { by: 2, max: 100 }, { commandId, context });
    const first = await run('one');
    await run('two');
    expect(await run('one')).toEqual({
      ...(first as object),
      events: [expect.objectContaining({ type: 'Counted', data: { by: 2 } })],
      duplicate: true,
    });
    expect(first).toMatchObject({ version: 1, state: 2, duplicate: false });
    expect(decisions).toBe(2);
  });

  test('a bound holds under concurrent commands, and 20 copies of one are one', async () => {
    const stream = randomUUID();
    const asked = Array.from({ length: 24 }, (_, nth) => {
      const commandId = nth < 4 ? `c${nth}` : 'same';
      return store.transact(counter, stream, { by: 1, max: 4 }, { commandId, context });
    });
    const settled = await Promise.allSettled(asked);
    for (const one of settled) {
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(VersionConflict);
    }
    const { version, events } = await store.load(stream);
    expect(version).toBeLessThanOrEqual(4);
    expect(events.filter(({ causationid }) => causationid === 'same').length).toBeLessThanOrEqual(
      1,
    );
  });

  test('a refusal is an answer; an expected version is not retried', async () => {
    const stream = randomUUID();
    const command = { by: 5, max: 4 };
    const refused = await store.transact(counter, stream, command, { commandId: 'a', context });
    expect(refused).toEqual({ refused: 'full' });
    const stale = store.transact(
      counter,
      stream,
      { by: 1, max: 4 },
      {
        commandId: 'b',
        expectedVersion: 3,
        context,
      },
    );
    await expect(stale).rejects.toMatchObject({ expected: 3, actual: 0 });
  });
});

describe('transactIn', () => {
  const command = { by: 2, max: 100 };
  const sidesOf = (stream: string) =>
    database.queryable.query('SELECT total FROM sides WHERE stream = $1', [stream]);
  const withSide = (stream: string, commandId: string, fail?: Error) =>
    store.transaction(async (tx) => {
      const decided = await store.transactIn(tx, counter, stream, { command, commandId, context });
      if ('refused' in decided) throw new Error('refused');
      const { state, duplicate } = decided;
      if (!duplicate) await tx.query('INSERT INTO sides VALUES ($1, $2)', [stream, state]);
      if (fail) throw fail;
      return decided;
    });

  beforeAll(() => database.queryable.query('CREATE TABLE sides (stream text, total integer)'));

  test('commits the fact and the row beside it, or neither', async () => {
    const stream = randomUUID();
    await expect(withSide(stream, 'one', new Error('undone'))).rejects.toThrow('undone');
    expect(await sidesOf(stream)).toEqual([]);
    expect((await store.load(stream)).version).toBe(0);
    expect(await withSide(stream, 'one')).toMatchObject({ version: 1, state: 2, duplicate: false });
    expect(await withSide(stream, 'one')).toMatchObject({ version: 1, state: 2, duplicate: true });
    expect(await withSide(stream, 'two')).toMatchObject({ version: 2, state: 4 });
    expect(await sidesOf(stream)).toEqual([{ total: 2 }, { total: 4 }]);
  });

  test('sees what its own transaction appended, and decides on what was folded there', async () => {
    const stream = randomUUID();
    const state = await store.transaction(async (tx) => {
      await store.transactIn(tx, counter, stream, { command, commandId: 'a', context });
      const folded = await store.foldIn(tx, counter, { stream });
      const next = { command: { by: folded.state, max: 100 }, commandId: 'b', context };
      await store.transactIn(tx, counter, folded, next);
      return (await store.foldIn(tx, counter, { stream })).state;
    });
    expect(state).toBe(4);
  });

  test('of two that decide on the same version one is undone with its row', async () => {
    const stream = randomUUID();
    await withSide(stream, 'first');
    const raced = store.transaction(async (tx) => {
      const folded = await store.foldIn(tx, counter, { stream });
      await withSide(stream, 'fast');
      await tx.query('INSERT INTO sides VALUES ($1, 99)', [stream]);
      await store.transactIn(tx, counter, folded, { command, commandId: 'slow', context });
    });
    await expect(raced).rejects.toBeInstanceOf(VersionConflict);
    expect(await sidesOf(stream)).toEqual([{ total: 2 }, { total: 4 }]);
  });
});

describe('readers of the own process', () => {
  const append = (tx: Queryable) =>
    store.appendIn(tx, [
      {
        stream: randomUUID(),
        expected: 'any',
        events: [{ type: 'Counted', data: { by: 1 } }],
        context,
      },
    ]);
  let woken: jest.SpiedFunction<WakeUp['signal']>;
  beforeEach(() => {
    woken = jest.spyOn(store.wakeUp, 'signal');
  });
  afterEach(() => woken.mockRestore());

  test('are woken once by the commit of whatever transaction appended', async () => {
    await database.transaction(async (tx) => {
      await append(tx);
      await append(tx);
      expect(woken).not.toHaveBeenCalled();
    });
    expect(woken).toHaveBeenCalledTimes(1);
  });

  test('are woken by what a consumer or a job appended', async () => {
    await database.transaction((tx) =>
      limited({ msMax: 60_000, tx }, async (limitedTx) => void (await append(limitedTx))),
    );
    expect(woken).toHaveBeenCalledTimes(1);
  });

  test('hear nothing of what was rolled back', async () => {
    const undone = database.transaction(async (tx) => {
      await append(tx);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(woken).not.toHaveBeenCalled();
  });
});
