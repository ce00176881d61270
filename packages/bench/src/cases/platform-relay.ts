import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { type Bench, type BenchCase, type BenchResult, interleave } from '../bench.ts';
import { importPeople, inReadModel, signalLines, upload } from '../import-lines.ts';
import { repeated } from '../load.ts';
import { WholePlatform } from '../whole-platform.ts';

const EVENTS = 20_000;
const BATCH = 1_000;

/**
 * Events as large as a sealed signal, of a type that no service reads: what is measured is the way into the log, beside
 * services that run and have nothing else to do. They are written as an append writes them, in one transaction.
 */
const fill = `
DO $$ BEGIN
  PERFORM pg_advisory_xact_lock_shared(1952539508, 'ingestion.events'::regclass::oid::integer);
  PERFORM set_config('tact.appending', 'on', true);
  INSERT INTO ingestion.events (position, occurred_at, version, schema_version, event_id, stream, type,
    tenant_id, subject, data, meta, packed)
  SELECT nextval('ingestion.event_positions'), one.occurred_at, 1, 1, id, 'bench-' || id, 'AlertRaised',
    one.tenant_id, id::text, one.data, one.meta, one.packed
  FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, ${EVENTS})) AS ids,
    LATERAL (SELECT * FROM ingestion.events WHERE type = 'SignalRecorded' LIMIT 1) AS one;
END $$`;

const last = 'SELECT max(position) AS n FROM ingestion.events';
const published = 'SELECT position AS n FROM ingestion.relay_checkpoint';

type Event = {
  readonly position: string;
  readonly subject: string;
  readonly data: Buffer;
} & object;

const read = async (client: Client, after: number): Promise<Event[]> => {
  const { rows } = await client.query<Event>({
    name: 'raw_read',
    text: `SELECT position, stream, version, event_id, type, schema_version, tenant_id, subject,
             occurred_at::text, packed AS data
           FROM ingestion.events WHERE position > $1 ORDER BY position LIMIT ${BATCH}`,
    values: [after],
  });
  return rows;
};

/** What stands beside the body, as text; the body itself is left out. */
const headersOf = (event: Event): object => ({ ...event, position: undefined, data: undefined });

const insert = (client: Client, events: readonly Event[]): Promise<unknown> =>
  client.query({
    name: 'raw_insert',
    text: `INSERT INTO bench_raw.record (topic, part, "offset", at, key, headers, value)
           SELECT 1, 0, offsets, clock_timestamp(), keys, headers, bodies
           FROM ROWS FROM (unnest($1::bigint[]), unnest($2::text[]), json_array_elements($3::json),
             unnest($4::bytea[])) AS i (offsets, keys, headers, bodies)`,
    values: [
      events.map(({ position }) => position),
      events.map(({ subject }) => subject),
      JSON.stringify(events.map(headersOf)),
      events.map(({ data }) => data),
    ],
  });

/**
 * What a relay cannot do without: it reads what it must know of every event, and writes the records it makes of them.
 * In its best form nothing is parsed, and the next page is read while one is written.
 */
const readAndInsert = async (reader: Client, writer: Client, from: number): Promise<number> => {
  let count = 0;
  let page = await read(reader, from);
  while (page.length > 0) {
    const after = Number(page.at(-1)?.position);
    const [ahead] = await Promise.all([read(reader, after), insert(writer, page)]);
    count += page.length;
    page = ahead;
  }
  return count;
};

/** One signal, whose size the others have; nothing waits when it resolves. */
const prepare = async (whole: WholePlatform): Promise<void> => {
  const people = await importPeople(whole.api, 1);
  await upload(whole.api, 'signals', signalLines({ people, each: 1, order: 'by person' }));
  await inReadModel(whole.sql, 1);
  await whole.settled();
  await whole.sql.query(`CREATE SCHEMA bench_raw;
    CREATE TABLE bench_raw.record (LIKE log.record INCLUDING INDEXES)`);
};

const intoLog = async (bench: Bench, whole: WholePlatform): Promise<BenchResult[]> => {
  await prepare(whole);
  const writer = await whole.openSql();
  let from = 0;
  const ours = repeated(
    async () => {
      await whole.sql.query("NOTIFY tact_ingestion, 'events'");
      const end = await whole.number(last);
      while ((await whole.number(published)) < end) await pause(10);
      return EVENTS;
    },
    async () => {
      from = await whole.number(last);
      await whole.sql.query(fill);
    },
  );
  // The events that the relay published last are read and written again.
  const raw = repeated(
    () => readAndInsert(whole.sql, writer, from),
    () => whole.sql.query('TRUNCATE bench_raw.record'),
  );
  await ours(1_000);
  const measured = await interleave(bench.seconds, { raw, ours });
  await writer.end();
  return [
    {
      name: 'relay into the PostgreSQL log, whole platform',
      against: `read and insert by ${BATCH}`,
      unit: 'events/s',
      ...measured,
    },
  ];
};

export const cases: readonly BenchCase[] = [
  {
    name: 'platform-relay',
    run: (bench) => WholePlatform.with((whole) => intoLog(bench, whole)),
  },
];
