import { describe, expect, test } from '@jest/globals';
import { DatabaseError } from '../postgres/errors.ts';
import { answerOf, appendAll, type AppendRow } from './append-rows.ts';
import { pack, type Statement } from './pack.ts';
import type { PreparedAppend } from './prepare.ts';
import { versionConflictState } from './append-functions.ts';
import { StoreOverloaded, VersionConflict } from './version-conflict.ts';

const append = (stream: string, id: string, expected = -1): PreparedAppend => ({
  stream,
  expected,
  commandId: null,
  tenantId: 'demo',
  subject: 'someone',
  meta: '{}',
  events: [
    {
      id,
      type: 'Counted',
      schemaVersion: 1,
      time: '2026-11-02T10:00:00.000Z',
      packed: null,
      json: '{}',
    },
  ],
});
const row = (version: number, more: Partial<Extract<AppendRow, { version: number }>> = {}) => ({
  version,
  position: version * 10,
  duplicate: false,
  actual: null,
  ...more,
});
const answering =
  (rows: readonly AppendRow[], asked: Statement[] = []) =>
  (statement: Statement) => {
    asked.push(statement);
    return Promise.resolve([...rows]);
  };
const failing = (cause: unknown) => () => Promise.reject(cause);
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing',
    (error: unknown) => error,
  );

describe('appends are answered', () => {
  test('not at all when there are none', async () => {
    const asked: Statement[] = [];
    expect(await appendAll([], answering([], asked))).toHaveLength(0);
    expect(asked).toHaveLength(0);
  });

  test('each by its row, all or nothing', async () => {
    const asked: Statement[] = [];
    const rows = [row(1), row(2, { duplicate: true })];
    expect(await appendAll([append('a', '1'), append('b', '2')], answering(rows, asked))).toEqual([
      { version: 1, position: 10, duplicate: false },
      { version: 2, position: 20, duplicate: true },
    ]);
    expect(asked.map(({ values }) => values[0])).toEqual([true]);
  });

  test('one event by a record as PostgreSQL writes it', async () => {
    const reported = async (answer: string) =>
      appendAll([append('a', '1')], answering([{ answer }]));
    expect(await reported('(3,17,f,)')).toEqual([{ version: 3, position: 17, duplicate: false }]);
    expect(await reported('(3,17,t,)')).toEqual([{ version: 3, position: 17, duplicate: true }]);
    const conflict = await thrownBy(reported('(,,f,5)'));
    expect(conflict).toMatchObject({ name: 'VersionConflict', actual: 5 });
  });

  test('as duplicates where they repeat another one of the call', async () => {
    const appends = [append('a', '1'), append('b', '2'), append('c', '1')];
    expect(await appendAll(appends, answering([row(1), row(2)]))).toEqual([
      { version: 1, position: 10, duplicate: false },
      { version: 2, position: 20, duplicate: false },
      { version: 1, position: 10, duplicate: true },
    ]);
  });

  test('never by a row that is not there', async () => {
    const appends = [append('a', '1'), append('b', '2')];
    await expect(appendAll(appends, answering([row(1)]))).rejects.toThrow(
      'append_events answered fewer rows than it was asked',
    );
    const nothing = { statement: pack(appends, true).statement, rowOf: [], echo: [] };
    expect(() => answerOf(0, append('a', '1'), nothing, [row(1), row(2)])).toThrow('fewer rows');
  });
});

describe('a stream that moved on', () => {
  test.each([
    [-1, 'any'],
    [0, 'none'],
    [4, 4],
  ] as const)('is a conflict with what was expected: %s, which is %s', async (given, expected) => {
    const conflict = await thrownBy(
      appendAll([append('a', '1', given)], answering([row(0, { actual: 6 })])),
    );
    expect(conflict).toBeInstanceOf(VersionConflict);
    expect(conflict).toMatchObject({ stream: 'a', expected, actual: 6, name: 'VersionConflict' });
    expect(String(conflict)).toBe(
      `VersionConflict: Stream a is at version 6, expected ${expected}: load it and decide again`,
    );
  });

  test('is told in a transaction by the number of its append and its version', async () => {
    const appends = [append('a', '1'), append('b', '2', 3), append('c', '3')];
    const raised = new DatabaseError('PostgreSQL 00:01: 2:45', versionConflictState);
    expect(await thrownBy(appendAll(appends, failing(raised)))).toMatchObject({
      name: 'VersionConflict',
      stream: 'b',
      expected: 3,
      actual: 45,
    });
  });

  test('is found in a sentence of any length, and by numbers of any', async () => {
    const appends = Array.from({ length: 12 }, (_, nth) => append(`s${nth + 1}`, `${nth}`));
    const raised = new DatabaseError('told: 12:345', versionConflictState);
    expect(await thrownBy(appendAll(appends, failing(raised)))).toMatchObject({
      stream: 's12',
      actual: 345,
    });
  });
});

describe('a failure that is no conflict', () => {
  const appends = [append('a', '1'), append('b', '2')];

  test.each([
    ['of the database, with another code', new DatabaseError('told: 1:1', '40001')],
    ['of another kind', Object.assign(new Error('told: 1:1'), { code: versionConflictState })],
    ['that names no append', new DatabaseError('told: 9:1', versionConflictState)],
    ['that names nothing', new DatabaseError('told: nothing', versionConflictState)],
  ])('%s is thrown as it is', async (_, error) => {
    expect(await thrownBy(appendAll(appends, failing(error)))).toBe(error);
  });
});

test('a store that is overloaded says how many wait', () => {
  const error = new StoreOverloaded(12);
  expect(error.name).toBe('StoreOverloaded');
  expect(error.message).toBe('12 appends are waiting for the database already');
});
