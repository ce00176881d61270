import { describe, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import type { Queryable } from '../postgres/queryable.ts';
import { packEvent } from './packed-event.ts';
import {
  pageRows,
  type Reading,
  slimRows,
  streamRows,
  streamRowsIn,
  writtenRows,
  writtenRowsOf,
} from './rows.ts';
import { ofStream } from './schema.ts';

const subject = `ct_${'0'.repeat(32)}`;
const time = '2026-11-20T10:00:00.120Z';
const listed = 'BlockLikelihoodChanged';
const data = {
  contactId: subject,
  probability: 0.5,
  band: 'reachable',
  modelVersion: 'assumed-1',
  asOf: '2026-11-20T10:00:00.000Z',
};
const meta = { correlationid: 'x', causationid: 'y' };
const packed = packEvent({ type: listed, subject, meta, data })!;
const row = [7, 'a', 2, 'id', listed, 'demo', subject, time, null, 1, packed];

const poolOf = (...rows: readonly unknown[][]) => {
  const asked: { readonly name: string; readonly text: string; readonly values: unknown[] }[] = [];
  const query = (config: (typeof asked)[number]) => {
    asked.push(config);
    return Promise.resolve({ rows });
  };
  return { pool: { query } as unknown as Pool, asked };
};
const reading: Reading = {
  source: 'urn:tact:test',
  asCurrent: (of, version, whole) => ({ of, version, whole }),
};
const page = { after: 5, limit: 10 };
const current = { of: listed, version: 1, whole: data };

describe('an event that is kept as bytes', () => {
  test('is packed where its type has a list alone', () => {
    expect(Buffer.isBuffer(packed)).toBe(true);
    const unlisted = { type: 'OutboundMessageDiscounted', subject, meta };
    expect(packEvent({ ...unlisted, data: { contactId: subject } })).toBeNull();
  });

  test('is read with what caused it, of a stream and of a page', async () => {
    const whole = { event: { correlationid: 'x', causationid: 'y', subject, data: current } };
    expect(await streamRows(poolOf([...row, null, null]).pool, reading, 'a')).toMatchObject([
      whole,
    ]);
    expect(await pageRows(poolOf([...row, null, null]).pool, reading, page)).toMatchObject([whole]);
  });

  test('is read by the transaction that appended it, whose bytes come as hex', async () => {
    const names: unknown[] = [];
    const tx = {
      query: (text: string, _values: readonly unknown[], name: string) => {
        names.push(name, text.includes(ofStream('$1')));
        const columns = row.with(7, '2026-11-20 10:00:00.12+00').with(10, packed.toString('hex'));
        return Promise.resolve([{ columns: [...columns, null, null] }]);
      },
    } as unknown as Queryable;
    expect(await streamRowsIn(tx, reading, 'a')).toMatchObject([{ event: { data: current } }]);
    expect(names).toEqual(['load_stream_in', true]);
  });

  test('is given to a projection as it is', async () => {
    expect(await slimRows(poolOf(row).pool, reading, page)).toMatchObject([{ data: current }]);
  });

  test('is handed on as the text it says', async () => {
    const { pool } = poolOf([...row, null]);
    const [written] = await writtenRows(pool, 'urn:tact:test', page);
    expect(JSON.parse(written?.json ?? '')).toEqual(data);
    expect(written).toMatchObject({ correlationid: 'x', causationid: 'y' });
  });

  test('is asked for by its types and up to a position', async () => {
    const { pool, asked } = poolOf([...row, null]);
    const bounds = { ...page, types: [listed], upTo: 9 };
    const [written] = await writtenRowsOf(pool, 'urn:tact:test', bounds);
    expect(JSON.parse(written?.json ?? '')).toEqual(data);
    expect(asked).toEqual([
      expect.objectContaining({
        name: 'read_written_of',
        values: [5, 9, [listed], 10],
        text: expect.stringMatching(
          /WHERE position > \$1 AND position <= \$2 AND type = ANY \(\$3::text\[\]\) ORDER BY position LIMIT \$4$/,
        ),
      }),
    ]);
  });

  test('and has neither bytes nor causes is a fault of the store', async () => {
    const { pool } = poolOf([...row.with(10, null), null, null]);
    await expect(streamRows(pool, reading, 'a')).rejects.toThrow('a does not say what caused it');
  });
});
