import pg from 'pg';
import type { Pool, QueryArrayConfig } from 'pg';
import { cleanError } from '../postgres/errors.ts';
import type { Sealer, StoredEvent } from './events.ts';

/** A stored event and the command that caused it, which stays inside the store. */
export type EventRow = { readonly event: StoredEvent; readonly commandId: string | null };

const columns = `position, stream, version, event_id, type, schema_version, tenant_id, subject,
  command_id, occurred_at, data, meta`;

type Columns = [
  position: number,
  stream: string,
  version: number,
  id: string,
  type: string,
  schemaVersion: number,
  tenantid: string,
  subject: string,
  commandId: string | null,
  time: string,
  data: unknown,
  meta: { correlationid: string; causationid: string; traceparent?: string },
];

const TIMESTAMPTZ = 1184;
const INT8 = 20;
const types = new pg.TypeOverrides();
types.setTypeParser(INT8, Number);
types.setTypeParser(TIMESTAMPTZ, rfc3339);

/** `2026-11-20 10:00:00.12+00` as PostgreSQL writes it in UTC, with three digits of a second as `Date` has them. */
export function rfc3339(text: string): string {
  const fraction = text
    .slice(20, text.length - 3)
    .padEnd(3, '0')
    .slice(0, 3);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}

export const streamQuery = {
  name: 'load_stream',
  text: `SELECT ${columns} FROM events WHERE stream = $1 ORDER BY version`,
};

export const pageQuery = {
  name: 'read_all',
  text: `SELECT ${columns} FROM events WHERE position > $1 ORDER BY position LIMIT $2`,
};

export async function fetchRows(
  pool: Pool,
  query: { readonly name: string; readonly text: string },
  options: { readonly source: string; readonly values: unknown[] },
): Promise<EventRow[]> {
  const config: QueryArrayConfig & { types: unknown } = {
    ...query,
    values: options.values,
    rowMode: 'array',
    types,
  };
  const { rows } = await pool.query<Columns>(config).catch((error: unknown) => {
    throw cleanError(error);
  });
  return rows.map((row) => rowOf(options.source, row));
}

function rowOf(source: string, row: Columns): EventRow {
  const [
    position,
    stream,
    version,
    id,
    type,
    schema,
    tenantid,
    subject,
    commandId,
    time,
    data,
    meta,
  ] = row;
  const event: StoredEvent = {
    id,
    source,
    type,
    subject,
    time,
    dataschema: `urn:tact:event:${type}:${schema}`,
    tenantid,
    correlationid: meta.correlationid,
    causationid: meta.causationid,
    ...(meta.traceparent === undefined ? {} : { traceparent: meta.traceparent }),
    data,
    position,
    stream,
    version,
  };
  return { event, commandId };
}

/** The same events with their personal fields readable, or `Erased`; one call for all of them. */
export async function openEvents(
  events: readonly StoredEvent[],
  sealer: Sealer | undefined,
): Promise<StoredEvent[]> {
  if (sealer === undefined || events.length === 0) return [...events];
  const opened = await sealer.open(
    events.map(({ id, type, subject, tenantid, data }) => ({
      id,
      type,
      subject,
      tenantId: tenantid,
      data: data as object,
    })),
  );
  return events.map((event, nth) => ({ ...event, data: opened[nth] }));
}
