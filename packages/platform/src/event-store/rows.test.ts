import { describe, expect, test } from '@jest/globals';
import type { Pool, TypeOverrides } from 'pg';
import { DatabaseError } from '../postgres/errors.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { asCurrent, EventTooNew } from './as-current.ts';
import type { ProjectedEvent, SealableEvent, Sealer } from './events.ts';
import { ofStream } from './schema.ts';
import {
  markErased,
  openEvents,
  pageRows,
  type Reading,
  slimRows,
  streamRows,
  streamRowsIn,
  writtenRows,
} from './rows.ts';

type Asked = {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
  readonly rowMode: string;
  readonly types: TypeOverrides;
};

/** A pool that answers with these rows, and shows what it was asked. */
const poolOf = (...rows: readonly unknown[][]) => {
  const asked: Asked[] = [];
  const query = (config: Asked) => {
    asked.push(config);
    return Promise.resolve({ rows });
  };
  return { pool: { query } as unknown as Pool, asked };
};
const columns =
  'position, stream, version, event_id, type, tenant_id, subject, occurred_at, data, schema_version, packed';
const time = '2026-11-20T10:00:00.120Z';
const slim = [7, 'a', 2, 'id', 'Counted', 'demo', 'someone', time, { of: 1 }, 3, null];
const meta = { correlationid: 'x', causationid: 'y' };
const traced = { ...meta, traceparent: 'z' };
const reading: Reading = {
  source: 'urn:tact:test',
  asCurrent: (type, version, data) => ({ type, version, data }),
};
const envelope = {
  id: 'id',
  source: 'urn:tact:test',
  type: 'Counted',
  subject: 'someone',
  time,
  dataschema: 'urn:tact:event:Counted:3',
  tenantid: 'demo',
  correlationid: 'x',
  causationid: 'y',
  position: 7,
  stream: 'a',
  version: 2,
};
const current = { type: 'Counted', version: 3, data: { of: 1 } };
const page = { after: 5, limit: 10 };

describe('a stored event', () => {
  test('of a stream is read whole, in the order of versions', async () => {
    const { pool, asked } = poolOf([...slim, 'command', meta], [...slim, null, traced]);
    expect(await streamRows(pool, reading, 'a')).toStrictEqual([
      { position: 7, event: { ...envelope, data: current }, commandId: 'command' },
      { position: 7, event: { ...envelope, traceparent: 'z', data: current }, commandId: null },
    ]);
    expect(asked).toEqual([
      expect.objectContaining({
        name: 'load_stream',
        text: `SELECT ${columns}, command_id, meta FROM events WHERE ${ofStream('$1')} ORDER BY version`,
        values: ['a'],
        rowMode: 'array',
      }),
    ]);
  });

  test('of a page is read whole, in the order of positions', async () => {
    const { pool, asked } = poolOf([...slim, null, meta]);
    expect(await pageRows(pool, reading, page)).toStrictEqual([
      { position: 7, event: { ...envelope, data: current }, commandId: null },
    ]);
    expect(asked).toEqual([
      expect.objectContaining({
        name: 'read_all',
        text: `SELECT ${columns}, command_id, meta FROM events WHERE position > $1 AND NOT starts_with(stream, 'erased-') ORDER BY position LIMIT $2`,
        values: [5, 10],
      }),
    ]);
  });

  test('is handed on as it was written, its data not parsed', async () => {
    const { pool, asked } = poolOf([...slim.with(8, '{ "of": 1 }'), JSON.stringify(traced)]);
    expect(await writtenRows(pool, 'urn:tact:test', page)).toStrictEqual([
      { ...envelope, traceparent: 'z', json: '{ "of": 1 }' },
    ]);
    expect(asked).toEqual([
      expect.objectContaining({
        name: 'read_written',
        text: `SELECT ${columns}, meta FROM events WHERE position > $1 ORDER BY position LIMIT $2`,
        values: [5, 10],
      }),
    ]);
  });

  test('is given to a projection without what it never needs', async () => {
    const { pool, asked } = poolOf(slim);
    expect(await slimRows(pool, reading, page)).toStrictEqual([
      {
        position: 7,
        stream: 'a',
        version: 2,
        id: 'id',
        type: 'Counted',
        tenantid: 'demo',
        subject: 'someone',
        time,
        data: current,
      },
    ]);
    expect(asked).toEqual([
      expect.objectContaining({
        name: 'read_slim',
        text: `SELECT ${columns} FROM events WHERE position > $1 AND NOT starts_with(stream, 'erased-') ORDER BY position LIMIT $2`,
        values: [5, 10],
      }),
    ]);
  });

  test('is seen by the transaction that appended it', async () => {
    const asked: unknown[] = [];
    const tx = {
      query: (text: string, values: readonly unknown[]) => {
        asked.push([text.replaceAll(/\s+/g, ' '), values]);
        const written = [...slim.with(7, '2026-11-20 10:00:00.12+00'), 'command', meta];
        return Promise.resolve([{ columns: written }]);
      },
    } as Queryable;
    expect(await streamRowsIn(tx, reading, 'a')).toStrictEqual([
      { position: 7, event: { ...envelope, data: current }, commandId: 'command' },
    ]);
    const array = `${columns.replace('occurred_at', 'occurred_at::text').replace('packed', "encode(packed, 'hex')")}, command_id, meta`;
    expect(asked).toEqual([
      [
        `SELECT json_build_array(${array}) AS columns FROM events WHERE ${ofStream('$1')} ORDER BY version`,
        ['a'],
      ],
    ]);
  });
});

describe('the columns of a row', () => {
  const parsed = (types: TypeOverrides, oid: number, text: string): unknown =>
    (types.getTypeParser(oid) as unknown as (value: string) => unknown)(text);

  test('are numbers, times as events write them, and objects', async () => {
    const { pool, asked } = poolOf();
    await pageRows(pool, reading, page);
    const { types } = asked[0]!;
    expect(parsed(types, 20, '12')).toBe(12);
    expect(parsed(types, 1184, '2026-11-20 10:00:00.12+00')).toBe(time);
    expect(parsed(types, 114, '{"of":1}')).toEqual({ of: 1 });
  });

  test('keep the text of their JSON where it is only handed on', async () => {
    const { pool, asked } = poolOf();
    await writtenRows(pool, 'urn:tact:test', page);
    const { types } = asked[0]!;
    expect(parsed(types, 114, '{ "of": 1 }')).toBe('{ "of": 1 }');
    expect(parsed(types, 20, '12')).toBe(12);
    expect(parsed(types, 1184, '2026-11-20 10:00:00.12+00')).toBe(time);
  });

  test('are told of without their values when the database refuses', async () => {
    const refusal = Object.assign(new Error('Someone, +33 6 39 98 00 00'), { code: '22P02' });
    const pool = { query: () => Promise.reject(refusal) } as unknown as Pool;
    const thrown = await slimRows(pool, reading, page).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(DatabaseError);
    expect(String(thrown)).not.toContain('+33');
  });
});

describe('events of the store', () => {
  const event: ProjectedEvent = {
    id: 'id',
    type: 'Counted',
    subject: 'someone',
    tenantid: 'demo',
    time,
    data: { of: 1 },
    position: 7,
    stream: 'a',
    version: 2,
  };
  const asked: [string, readonly SealableEvent[]][] = [];
  const reads = (verb: string) => (events: readonly SealableEvent[]) => {
    asked.push([verb, events]);
    return Promise.resolve(events.map(({ id }) => ({ [verb]: id })));
  };
  const sealer: Sealer = {
    seal: reads('sealed'),
    open: reads('opened'),
    markErased: reads('marked'),
  };

  test.each([
    ['opened', openEvents],
    ['marked', markErased],
  ] as const)('are %s in one call, each with its own data', async (verb, read) => {
    asked.length = 0;
    expect(await read([event, { ...event, id: 'other' }], sealer)).toStrictEqual([
      { ...event, data: { [verb]: 'id' } },
      { ...event, id: 'other', data: { [verb]: 'other' } },
    ]);
    const about = { type: 'Counted', subject: 'someone', tenantId: 'demo', data: { of: 1 } };
    expect(asked).toEqual([
      [
        verb,
        [
          { id: 'id', ...about },
          { id: 'other', ...about },
        ],
      ],
    ]);
  });

  test('are as they are where nothing is sealed, and nobody is asked about none', async () => {
    asked.length = 0;
    expect(await openEvents([event], undefined)).toStrictEqual([event]);
    expect(await openEvents([], sealer)).toHaveLength(0);
    expect(await markErased([event], undefined)).toStrictEqual([event]);
    expect(asked).toHaveLength(0);
  });
});

describe('data of a stored version', () => {
  const readBack = asCurrent({
    upcast: (type: string, version: number, data: object) => {
      if (type === 'Unknown') return { problem: 'unknown-type' };
      return version > 2 ? { problem: 'too-new' } : { data: { ...data, upcast: true } };
    },
    versionOf: () => 2,
  } as unknown as Parameters<typeof asCurrent>[0]);

  test('is read as the current one', () => {
    expect(readBack('Counted', 1, { of: 1 })).toEqual({ of: 1, upcast: true });
  });

  test('is read as it is where its type has no schema', () => {
    expect(readBack('Unknown', 9, { of: 1 })).toEqual({ of: 1 });
  });

  test('is not guessed at where a later release wrote it', () => {
    expect(() => readBack('Counted', 3, {})).toThrow(EventTooNew);
    expect(() => readBack('Counted', 3, {})).toThrow(
      'A Counted of version 3 is stored and this release reads up to 2: run the release that wrote it.',
    );
    expect(new EventTooNew('').name).toBe('EventTooNew');
  });
});
