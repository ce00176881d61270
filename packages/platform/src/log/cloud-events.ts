import type { EventEnvelope } from '@tact/contracts';
import type { LogRecord } from './port.ts';

/** Where a record stands in its source's own count: gapless per shard, so a lost or repeated one shows. */
export type ShardPlace = {
  /** `<topic>:<partition>`. */
  readonly shard: string;
  readonly shardSeq: number;
};

export type Destination = ShardPlace & { readonly topic: string; readonly partition: number };

const sourcePrefix = '/tact/';

/** CloudEvents 1.0 in Kafka's binary mode: attributes are headers, the value is the event's data as `json` has it. */
export const toRecord = (
  event: Omit<EventEnvelope, 'data'>,
  json: string,
  to: Destination,
): LogRecord => {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: `${sourcePrefix}${event.source}`,
    ce_type: event.type,
    ce_subject: event.subject,
    ce_time: event.time,
    ce_dataschema: event.dataschema,
    ce_tenantid: event.tenantid,
    ce_correlationid: event.correlationid,
    ce_causationid: event.causationid,
    'content-type': 'application/json',
    shard: to.shard,
    shard_seq: String(to.shardSeq),
  };
  if (event.actorid !== undefined) headers['ce_actorid'] = event.actorid;
  if (event.traceparent !== undefined) headers['traceparent'] = event.traceparent;
  return {
    topic: to.topic,
    partition: to.partition,
    key: event.subject,
    headers,
    value: Buffer.from(json),
  };
};

export type ReadEnvelope = EventEnvelope & ShardPlace;

/** What the headers alone tell of an event: its value need not be opened for it. */
export type ReadHead = Omit<ReadEnvelope, 'data'>;

/** The head of a record, or undefined when its headers are not those of an event. */
export const headOf = ({
  headers,
  key,
}: Pick<LogRecord, 'headers' | 'key'>): ReadHead | undefined => {
  const place = placeIn(headers);
  const { ce_id: id, ce_type: type, ce_source: source, ce_actorid: actorid, traceparent } = headers;
  if (!place || !id || !type || !source?.startsWith(sourcePrefix)) return undefined;
  const attribute = (name: string): string => headers[`ce_${name}`] ?? '';
  return {
    id,
    source: source.slice(sourcePrefix.length),
    type,
    subject: headers['ce_subject'] ?? key,
    time: attribute('time'),
    dataschema: attribute('dataschema'),
    tenantid: attribute('tenantid'),
    correlationid: attribute('correlationid'),
    causationid: attribute('causationid'),
    ...(actorid === undefined ? {} : { actorid }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...place,
  };
};

const placeIn = (headers: LogRecord['headers']): ShardPlace | undefined => {
  const { shard } = headers;
  const shardSeq = Number(headers['shard_seq']);
  if (!shard || !Number.isSafeInteger(shardSeq) || shardSeq < 1) return undefined;
  return { shard, shardSeq };
};

/** The envelope of a record, or undefined when it is none of ours or its value is not a JSON object. */
export const fromRecord = (record: LogRecord): ReadEnvelope | undefined => {
  const head = headOf(record);
  const data = head === undefined ? undefined : parseObject(record.value);
  return head === undefined || data === undefined ? undefined : { ...head, data };
};

const parseObject = (value: Buffer): object | undefined => {
  try {
    const data: unknown = JSON.parse(value.toString('utf8'));
    return typeof data === 'object' && data !== null ? data : undefined;
  } catch {
    return undefined;
  }
};
