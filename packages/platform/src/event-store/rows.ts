import { type Pool, type QueryArrayConfig, TypeOverrides } from 'pg';
import { cleanError } from '../postgres/errors.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { AsCurrent } from './as-current.ts';
import { ofStream } from './schema.ts';
import { isWhole } from './stub-schema.ts';
import { unpackEvent } from './packed-event.ts';
import { fromStoredMeta, type Meta, type StoredMeta } from './stored-meta.ts';
import { fromStoredSubject } from './stored-subject.ts';
import type { Page, ProjectedEvent, Sealer, StoredEvent, WrittenEvent } from './events.ts';

/** A stored event and the command that caused it, which stays inside the store. */
export type EventRow = {
  readonly position: number;
  readonly event: StoredEvent;
  readonly commandId: string | null;
};

/** How rows are read: whose they are, and how old versions become current. */
export type Reading = { readonly source: string; readonly asCurrent: AsCurrent };

const slimColumns =
  'position, stream, version, event_id, type, tenant_id, subject, occurred_at, data, schema_version, packed';

/** Bytes, or their hex where they come in JSON. */
type Packed = Buffer | string;

type SlimColumns = [
  position: number,
  stream: string,
  version: number,
  id: string,
  type: string,
  tenantid: string,
  subject: string,
  time: string,
  data: unknown,
  schemaVersion: number,
  packed: Packed | null,
];

type FullColumns = [...SlimColumns, commandId: string | null, meta: StoredMeta | null];

/** `2026-11-20 10:00:00.12+00` as PostgreSQL writes it in UTC, with three digits of a second as `Date` has them. */
export const rfc3339 = (text: string): string => {
  const fraction = text
    .slice(20, text.length - 3)
    .padEnd(3, '0')
    .slice(0, 3);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
};

const JSON_TEXT = 114;
const TIMESTAMPTZ = 1184;
const INT8 = 20;
const types = new TypeOverrides();
types.setTypeParser(INT8, Number);
types.setTypeParser(TIMESTAMPTZ, rfc3339);
const writtenTypes = new TypeOverrides(types);
writtenTypes.setTypeParser(JSON_TEXT, String);

const full = `${slimColumns}, command_id, meta`;

export const streamRows = async (
  pool: Pool,
  reading: Reading,
  stream: string,
): Promise<EventRow[]> => {
  const text = `SELECT ${full} FROM events WHERE ${ofStream('$1')} ORDER BY version`;
  const rows = await fetchRows<FullColumns>(pool, { name: 'load_stream', text, values: [stream] });
  return rows.map((row) => rowOf(reading, row));
};

/** The columns of an event as one list, which is read as the pool's rows are. */
export const listColumns = `json_build_array(position, stream, version, event_id, type, tenant_id, subject,
  occurred_at::text, data, schema_version, encode(packed, 'hex'), command_id, meta) AS columns`;

export type Listed = { readonly columns: FullColumns };

export const rowIn = (reading: Reading, { columns }: Listed): EventRow =>
  rowOf(reading, columns.with(7, rfc3339(columns[7])) as FullColumns);

/** A stream as the caller's transaction sees it, its own appends included. */
export const streamRowsIn = async (
  tx: Queryable,
  reading: Reading,
  stream: string,
): Promise<EventRow[]> => {
  const text = `SELECT ${listColumns} FROM events WHERE ${ofStream('$1')} ORDER BY version`;
  const rows = await tx.query<Listed>(text, [stream], 'load_stream_in');
  return rows.map((row) => rowIn(reading, row));
};

/** One page of positions; `limit` rows at most, gaps and all. */
export const pageRows = async (pool: Pool, reading: Reading, page: Page): Promise<EventRow[]> => {
  const text = `SELECT ${full} FROM events WHERE position > $1 AND ${isWhole} ORDER BY position LIMIT $2`;
  const values = [page.after, page.limit];
  const rows = await fetchRows<FullColumns>(pool, { name: 'read_all', text, values });
  return rows.map((row) => rowOf(reading, row));
};

/** The same with the text of the data as it is: what is only handed on need not be understood. */
export const writtenRows = async (
  pool: Pool,
  source: string,
  page: Page,
): Promise<WrittenEvent[]> => {
  const text = `SELECT ${slimColumns}, meta FROM events WHERE position > $1 ORDER BY position LIMIT $2`;
  const values = [page.after, page.limit];
  return writtenOf(pool, source, { name: 'read_written', text, values });
};

/** The same of some types alone, up to a position below which all is certain. */
export const writtenRowsOf = async (
  pool: Pool,
  source: string,
  { types: asked, upTo, after, limit }: Page & { types: readonly string[]; upTo: number },
): Promise<WrittenEvent[]> => {
  const text = `SELECT ${slimColumns}, meta FROM events
    WHERE position > $1 AND position <= $2 AND type = ANY ($3::text[]) ORDER BY position LIMIT $4`;
  const values = [after, upTo, asked, limit];
  return writtenOf(pool, source, { name: 'read_written_of', text, values });
};

const writtenOf = async (
  pool: Pool,
  source: string,
  query: { readonly name: string; readonly text: string; readonly values: unknown[] },
): Promise<WrittenEvent[]> => {
  const rows = await fetchRows<[...SlimColumns, meta: string | null]>(pool, query, writtenTypes);
  return rows.map((row) => {
    const { 8: json, 11: text } = row;
    const { meta, data } = saidIn(row, text === null ? text : (JSON.parse(text) as StoredMeta));
    const isPacked = row[10] !== null;
    return {
      ...envelopeOf(source, row, meta),
      json: isPacked ? JSON.stringify(data) : (json as string),
    };
  });
};

/** The same without what projections never need: twice as fast to read. */
export const slimRows = async (
  pool: Pool,
  { asCurrent }: Reading,
  page: Page,
): Promise<ProjectedEvent[]> => {
  const text = `SELECT ${slimColumns} FROM events WHERE position > $1 AND ${isWhole} ORDER BY position LIMIT $2`;
  const values = [page.after, page.limit];
  const rows = await fetchRows<SlimColumns>(pool, { name: 'read_slim', text, values });
  return rows.map((row) => {
    const [position, stream, version, id, type, tenantid, stored, time, data, schema, packed] = row;
    const subject = fromStoredSubject(stream, stored);
    const whole = packed === null ? data : unpackEvent(bytesOf(packed), subject).data;
    const current = asCurrent(type, schema, whole);
    return { position, stream, version, id, type, tenantid, subject, time, data: current };
  });
};

const fetchRows = async <Columns extends unknown[]>(
  pool: Pool,
  query: { readonly name: string; readonly text: string; readonly values: unknown[] },
  parsers = types,
): Promise<Columns[]> => {
  const asArrays = { rowMode: 'array', types: parsers } as const;
  const config: QueryArrayConfig & { types: unknown } = { ...query, ...asArrays };
  const { rows } = await pool.query<Columns>(config).catch((error: unknown) => {
    throw cleanError(error);
  });
  return rows;
};

const rowOf = ({ source, asCurrent }: Reading, row: FullColumns): EventRow => {
  const [position, , , , type, , , , , schema, , commandId, stored] = row;
  const { meta, data } = saidIn(row, stored);
  const event = { ...envelopeOf(source, row, meta), data: asCurrent(type, schema, data) };
  return { position, event, commandId };
};

const bytesOf = (packed: Packed): Buffer =>
  typeof packed === 'string' ? Buffer.from(packed, 'hex') : packed;

/** What caused an event and what it says, from the one column or from the two. */
const saidIn = (
  row: readonly [...SlimColumns, ...unknown[]],
  stored: StoredMeta | null,
): { readonly meta: Meta; readonly data: unknown } => {
  const { 1: stream, 6: subject, 8: data, 10: packed } = row;
  if (packed !== null) return unpackEvent(bytesOf(packed), fromStoredSubject(stream, subject));
  if (stored === null) throw new Error(`An event of ${stream} does not say what caused it`);
  return { meta: fromStoredMeta(stored), data };
};

const envelopeOf = (
  source: string,
  row: readonly [...SlimColumns, ...unknown[]],
  { correlationid, causationid, traceparent, actorid }: Meta,
): Omit<StoredEvent, 'data'> => {
  const [position, stream, version, id, type, tenantid, stored, time, , schema] = row;
  return {
    id,
    source,
    type,
    subject: fromStoredSubject(stream, stored),
    time,
    dataschema: `urn:tact:event:${type}:${schema}`,
    tenantid,
    correlationid,
    causationid,
    ...(actorid === undefined ? {} : { actorid }),
    ...(traceparent === undefined ? {} : { traceparent }),
    position,
    stream,
    version,
  };
};

/** The same events with their personal fields readable, or `Erased`; one call for all of them. */
export const openEvents = <Event extends ProjectedEvent>(
  events: readonly Event[],
  sealer: Sealer | undefined,
): Promise<Event[]> => through(events, sealer && ((sealed) => sealer.open(sealed)));

/** The same events with their personal fields sealed, or `Erased`. */
export const markErased = <Event extends ProjectedEvent>(
  events: readonly Event[],
  sealer: Sealer | undefined,
): Promise<Event[]> => through(events, sealer && ((sealed) => sealer.markErased(sealed)));

const through = async <Event extends ProjectedEvent>(
  events: readonly Event[],
  read: Sealer['open'] | undefined,
): Promise<Event[]> => {
  if (read === undefined || events.length === 0) return [...events];
  const data = await read(
    events.map((event) => ({
      id: event.id,
      type: event.type,
      subject: event.subject,
      tenantId: event.tenantid,
      data: event.data as object,
    })),
  );
  return events.map((event, nth) => ({ ...event, data: data[nth] }));
};
