import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { newEventId, type StreamAppend } from '@tact/platform';

const data = {
  kind: 'delivery',
  observedAt: '2026-11-20T10:00:00.000Z',
  template: 'order-update',
  outcome: { status: 'delivered', code: 131_026, note: 'x'.repeat(80) },
};
const meta = { correlationid: randomUUID(), causationid: randomUUID() };
const columns = `occurred_at, version, schema_version, event_id, stream, type, tenant_id, subject,
  command_id, data, meta`;

/** The same event both sides write: about 230 bytes of data. */
export const appendOf = (stream: string, count = 1): StreamAppend => {
  return {
    stream,
    expected: 'any',
    events: Array.from({ length: count }, () => ({ type: 'SignalRecorded', data })),
    context: { tenantId: 'tenant', subject: 'contact', ...contextIds },
  };
};
const contextIds = { correlationId: meta.correlationid, causationId: meta.causationid };

/** A plain table with the columns and the keys of `events`, its positions drawn by its own sequence. */
export const createRawTable = async (client: Client): Promise<void> => {
  await client.query(`
    CREATE TABLE raw_events (LIKE events INCLUDING DEFAULTS INCLUDING INDEXES);
    CREATE SEQUENCE raw_positions;
    ALTER TABLE raw_events ALTER position SET DEFAULT nextval('raw_positions');`);
};

export const insertRaw = async (client: Client, stream: string): Promise<void> => {
  await client.query({
    name: 'raw_one',
    text: `INSERT INTO raw_events (${columns}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`,
    values: [
      new Date().toISOString(),
      1,
      1,
      newEventId(),
      stream,
      'SignalRecorded',
      'tenant',
      'contact',
      null,
      JSON.stringify(data),
      JSON.stringify(meta),
    ],
  });
};

/** A batch in its fastest form: one array a column, and the JSON of all rows as one list, as the product sends it. */
export const insertRawBatch = async (
  client: Client,
  stream: string,
  count: number,
): Promise<void> => {
  const rows = Array.from({ length: count }, (_, nth) => nth + 1);
  const now = new Date().toISOString();
  await client.query({
    name: 'raw_batch',
    text: `INSERT INTO raw_events (${columns}) SELECT * FROM ROWS FROM (unnest($1::timestamptz[]),
      unnest($2::int[]), unnest($3::smallint[]), unnest($4::uuid[]), unnest($5::text[]),
      unnest($6::text[]), unnest($7::text[]), unnest($8::text[]), unnest($9::text[]),
      json_array_elements($10::json), json_array_elements($11::json))`,
    values: [
      rows.map(() => now),
      rows,
      rows.map(() => 1),
      rows.map(() => newEventId()),
      rows.map(() => stream),
      rows.map(() => 'SignalRecorded'),
      rows.map(() => 'tenant'),
      rows.map(() => 'contact'),
      rows.map(() => null),
      JSON.stringify(rows.map(() => data)),
      JSON.stringify(rows.map(() => meta)),
    ],
  });
};

/** A cursor over four columns: the least work that still hands every event's data to JavaScript. */
export const slimCursor = async (client: Client): Promise<number> => {
  let count = 0;
  await client.query('BEGIN');
  await client.query(
    'DECLARE slim NO SCROLL CURSOR FOR SELECT position, stream, type, data FROM events ORDER BY position',
  );
  for (;;) {
    const { rows } = await client.query({ text: 'FETCH 2000 FROM slim', rowMode: 'array' });
    count += rows.length;
    if (rows.length < 2_000) break;
  }
  await client.query('COMMIT');
  return count;
};
