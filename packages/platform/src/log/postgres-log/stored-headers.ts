import { fullTrace, shortTrace } from '../../observability/short-trace.ts';
import type { LogRecord } from '../port.ts';

type Headers = LogRecord['headers'];
type Packed = readonly [
  id: string,
  source: string,
  type: string,
  schemaVersion: string,
  time: string,
  tenant: string,
  correlationId: string,
  causationId: string,
  shardSeq: string,
  trace: string | undefined,
];

/** As the log keeps them: what the names, the key and the place say anyway is left out; or as they were given. */
export type StoredHeaders = Packed | Headers;

/** SQL: the event type of a row of `record`, from headers kept either way. */
export const typeOfHeaders = `coalesce(headers ->> 'ce_type', headers ->> 2)`;

/** What else is known of a record. */
type Place = Pick<LogRecord, 'topic' | 'partition' | 'key'>;

const sourcePrefix = '/tact/';
const schemaOf = (type: string): string => `urn:tact:event:${type}:`;

const unpack = (packed: Packed, { topic, partition, key }: Place): Headers => {
  const [id, source, type, schema, time, tenant, correlationId, causationId, seq, trace] = packed;
  return {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: sourcePrefix + source,
    ce_type: type,
    ce_subject: key,
    ce_time: time,
    ce_dataschema: schemaOf(type) + schema,
    ce_tenantid: tenant,
    ce_correlationid: correlationId,
    ce_causationid: causationId,
    'content-type': 'application/json',
    shard: `${topic}:${partition}`,
    shard_seq: seq,
    // An absent one is `null` once it was JSON.
    ...(typeof trace !== 'string' ? {} : { traceparent: fullTrace(trace, correlationId) }),
  };
};

/** The headers of an event in half their bytes; headers that would not come back as they are stay as they are. */
export const toStoredHeaders = ({ headers, ...place }: LogRecord): StoredHeaders => {
  const text = (name: string): string => headers[name] ?? '';
  const { traceparent } = headers;
  const [type, correlationId] = [text('ce_type'), text('ce_correlationid')];
  const packed: Packed = [
    text('ce_id'),
    text('ce_source').slice(sourcePrefix.length),
    type,
    text('ce_dataschema').slice(schemaOf(type).length),
    text('ce_time'),
    text('ce_tenantid'),
    correlationId,
    text('ce_causationid'),
    text('shard_seq'),
    traceparent === undefined ? undefined : shortTrace(traceparent, correlationId),
  ];
  const back = unpack(packed, place);
  const names = Object.keys(back);
  const isSame =
    names.length === Object.keys(headers).length &&
    names.every((name) => back[name] === headers[name]);
  return isSame ? packed : headers;
};

const isPacked = (stored: StoredHeaders): stored is Packed => Array.isArray(stored);

export const fromStoredHeaders = (stored: StoredHeaders, place: Place): Headers =>
  isPacked(stored) ? unpack(stored, place) : stored;
