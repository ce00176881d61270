import { describe, expect, test } from '@jest/globals';
import { pack } from './pack.ts';
import type { PreparedAppend, PreparedEvent } from './prepare.ts';

const event = (id: string, more: Partial<PreparedEvent> = {}): PreparedEvent => ({
  id,
  type: 'Counted',
  schemaVersion: 1,
  time: '2026-11-02T10:00:00.000Z',
  json: `{"of":"${id}"}`,
  packed: null,
  ...more,
});
const append = (
  stream: string,
  events: readonly PreparedEvent[],
  more: Partial<PreparedAppend> = {},
): PreparedAppend => ({
  stream,
  expected: -1,
  commandId: null,
  tenantId: 'demo',
  subject: `of ${stream}`,
  meta: `{"stream":"${stream}"}`,
  events,
  ...more,
});

const manyNames = [
  'allOrNothing',
  'streams',
  'totals',
  'streamOf',
  'before',
  'firsts',
  'lasts',
  'expected',
  'commands',
  'tenants',
  'subjects',
  'metas',
  'owners',
  'ids',
  'types',
  'versions',
  'times',
  'jsons',
  'packeds',
];
/** What append_events is asked, by the names of its parameters. */
const asked = (appends: readonly PreparedAppend[], allOrNothing = true) => {
  const { statement } = pack(appends, allOrNothing);
  expect(statement.name).toBe('append_events');
  return Object.fromEntries(statement.values.map((value, nth) => [manyNames[nth], value]));
};

describe('one event', () => {
  const only = append('a', [event('1', { type: 'Told', schemaVersion: 3 })], {
    expected: 4,
    commandId: 'c',
  });

  test('is a statement of its own, with every part in its place', () => {
    expect(pack([only], true)).toEqual({
      statement: {
        name: 'append_event',
        text: 'SELECT append_event($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12) AS answer',
        values: [
          'a',
          4,
          'c',
          'demo',
          'of a',
          '{"stream":"a"}',
          '1',
          'Told',
          3,
          '2026-11-02T10:00:00.000Z',
          '{"of":"1"}',
          null,
        ],
      },
      rowOf: [0],
      echo: [false],
    });
  });

  test('that comes twice in a call is sent once, and both are answered by its row', () => {
    const { statement, rowOf, echo } = pack([only, only], true);
    expect(statement.name).toBe('append_event');
    expect(statement.values).toHaveLength(12);
    expect(statement.values[6]).toBe('1');
    expect({ rowOf, echo }).toEqual({ rowOf: [0, 0], echo: [false, true] });
  });
});

describe('many events', () => {
  test('are one statement, its parts in the order of the function', () => {
    const appends = [
      append('b', [event('1'), event('2', { type: 'Told', schemaVersion: 2 })], { commandId: 'x' }),
      append('a', [event('3', { time: '2026-11-02T11:00:00.000Z' })], { expected: 7 }),
      append('b', [event('4')], { tenantId: 'other', subject: 'someone' }),
    ];
    expect(asked(appends)).toEqual({
      allOrNothing: true,
      streams: ['a', 'b'],
      totals: '{1,3}',
      streamOf: '{2,1,2}',
      before: '{0,0,2}',
      firsts: '{1,3,4}',
      lasts: '{2,3,4}',
      expected: '{-1,7,-1}',
      commands: ['x', null, null],
      tenants: ['demo', 'demo', 'other'],
      subjects: ['of b', 'of a', 'someone'],
      metas: '[{"stream":"b"},{"stream":"a"},{"stream":"b"}]',
      owners: '{1,1,2,3}',
      ids: '{1,2,3,4}',
      types: ['Counted', 'Told', 'Counted', 'Counted'],
      versions: '{1,2,1,1}',
      times:
        '{2026-11-02T10:00:00.000Z,2026-11-02T10:00:00.000Z,2026-11-02T11:00:00.000Z,2026-11-02T10:00:00.000Z}',
      jsons: '[{"of":"1"},{"of":"2"},{"of":"3"},{"of":"4"}]',
      packeds: [null, null, null, null],
    });
  });

  test('whose data is packed bring no JSON, beside one that does', () => {
    const packed = Buffer.of(1);
    const events = [event('1', { json: null, packed }), event('2')];
    expect(asked([append('a', events)])).toMatchObject({
      jsons: '[null,{"of":"2"}]',
      packeds: [packed, null],
    });
    const { statement } = pack([append('a', events.slice(0, 1))], true);
    expect(statement.values.slice(5)).toEqual([
      null,
      '1',
      'Counted',
      1,
      expect.any(String),
      null,
      packed,
    ]);
  });

  test('are sent with nineteen parameters', () => {
    const { statement } = pack([append('a', [event('1'), event('2')])], false);
    expect(statement.text).toBe(
      'SELECT version, "position", duplicate, actual FROM append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)',
    );
    expect(statement.values).toHaveLength(19);
    expect(statement.values[0]).toBe(false);
  });

  test('say no commands at all where no append has one', () => {
    const one = append('a', [event('1')]);
    const { commands } = asked([one, append('b', [event('2')])]);
    expect(commands).toBeNull();
  });

  test('lock streams in one order, whatever order they come in', () => {
    const streams = ['c', 'a', 'd', 'b'];
    const inOrder = (names: readonly string[]) =>
      asked(names.map((name) => append(name, [event(`of ${name}`)])))['streams'];
    expect(inOrder(streams)).toEqual(['a', 'b', 'c', 'd']);
    expect(inOrder(streams.toReversed())).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a fact that is in the call twice', () => {
  test('is sent once, and its second append is an echo of the first', () => {
    const appends = [
      append('a', [event('1')]),
      append('b', [event('2')]),
      append('c', [event('2')]),
      append('d', [event('3')]),
    ];
    const { rowOf, echo } = pack(appends, true);
    expect(rowOf).toEqual([0, 1, 1, 2]);
    expect(echo).toEqual([false, false, true, false]);
    expect(asked(appends)).toMatchObject({ streams: ['a', 'b', 'd'], ids: '{1,2,3}' });
  });

  test('leaves the rest of its append', () => {
    const appends = [append('a', [event('1')]), append('b', [event('1'), event('2')])];
    const { rowOf, echo } = pack(appends, true);
    expect({ rowOf, echo }).toEqual({ rowOf: [0, 1], echo: [false, false] });
    expect(asked(appends)).toMatchObject({ ids: '{1,2}', firsts: '{1,2}', lasts: '{1,2}' });
  });

  test('under one command of one stream is answered by the command’s row, whatever its ids', () => {
    const command = { commandId: 'c' };
    const appends = [
      append('z', [event('0')]),
      append('a', [event('1')], command),
      append('a', [event('2')], command),
    ];
    const { rowOf, echo } = pack(appends, true);
    expect({ rowOf, echo }).toEqual({ rowOf: [0, 1, 1], echo: [false, false, true] });
    expect(asked(appends)).toMatchObject({ ids: '{0,1}', commands: [null, 'c'] });
  });

  test('is none under the same command of another stream', () => {
    const command = { commandId: 'c' };
    const appends = [append('a', [event('1')], command), append('b', [event('2')], command)];
    expect(pack(appends, true).echo).toEqual([false, false]);
  });

  test('is none where two appends have no command', () => {
    const appends = [append('a', [event('1')]), append('a', [event('2')])];
    expect(pack(appends, true).echo).toEqual([false, false]);
    expect(asked(appends)).toMatchObject({ streams: ['a'], totals: '{2}', before: '{0,1}' });
  });
});
