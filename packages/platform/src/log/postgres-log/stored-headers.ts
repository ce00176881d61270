import { HOUR_MS } from '@tact/contracts';
import { idBytes, idText } from '../../compact/compact-text.ts';
import { actorBytes } from '../../compact/compact-actor.ts';
import { compactTrace, wholeTrace } from '../../compact/compact-trace.ts';
import { numberOfWord, wordAt } from '../../compact/words.ts';
import type { LogRecord } from '../port.ts';

type Headers = LogRecord['headers'];
/** As earlier versions packed them. */
export type Packed = readonly [
  id: string,
  source: string,
  type: string,
  schemaVersion: string,
  time: string,
  tenant: string,
  correlationId: string,
  causationId: string,
  shardSeq: string,
  trace: string | null | undefined,
  actor?: string,
];
/** What stands before the data in `value`: a number stands for an hour since 1970, 0 for the correlation id. */
export type Head = readonly [
  id: Uint8Array | string,
  source: string | number,
  schemaVersion: string,
  time: string | number,
  tenant: string,
  correlationId: Uint8Array | string,
  causationId: Uint8Array | string | 0,
  shardSeq: number,
  trace: string | null,
  actor?: Uint8Array | string,
];

/** The same of what nobody did. */
type Unsigned<List extends readonly unknown[]> =
  Required<List> extends readonly [...infer Said, unknown] ? readonly [...Said] : never;

/** What else is known of a record. */
export type Place = Pick<LogRecord, 'topic' | 'partition' | 'key'>;

const sourcePrefix = '/tact/';
const schemaOf = (type: string): string => `urn:tact:event:${type}:`;
const SAME = 0;
const hourly = /^\d{4}-\d\d-\d\dT\d\d:00:00\.000Z$/;

const storedTime = (time: string): string | number =>
  hourly.test(time) ? Date.parse(time) / HOUR_MS : time;
const wholeTime = (stored: string | number): string =>
  typeof stored === 'number' ? new Date(stored * HOUR_MS).toISOString() : stored;
export const storedWord = (text: string): string | number => numberOfWord(text) ?? text;
const wholeWord = (stored: string | number): string =>
  typeof stored === 'number' ? wordAt(stored) : stored;

export const unpack = (packed: Packed, { topic, partition, key }: Place): Headers => {
  const [id, source, type, schema, time, tenant, correlationId, causationId, seq, trace, actor] =
    packed;
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
    ...(actor === undefined ? {} : { ce_actorid: actor }),
    ...(typeof trace !== 'string' ? {} : { traceparent: wholeTrace(trace, correlationId) }),
  };
};

export const headersOf = (type: string | number, head: Head, place: Place): Headers => {
  const [id, source, schema, time, tenant, correlation, causation, seq, trace, actor] = head;
  const correlationId = idText(correlation);
  const packed: Unsigned<Packed> = [
    idText(id),
    wholeWord(source),
    wholeWord(type),
    schema,
    wholeTime(time),
    tenant,
    correlationId,
    causation === SAME ? correlationId : idText(causation),
    String(seq),
    trace,
  ];
  return unpack(actor === undefined ? packed : [...packed, idText(actor)], place);
};

/** The headers of an event in a fifth of their bytes; undefined for those that would not come back as they are. */
export const headOf = ({ headers, ...place }: LogRecord): Head | undefined => {
  const text = (name: string): string => headers[name] ?? '';
  const { traceparent, ce_actorid: actor } = headers;
  const [type, correlationId] = [text('ce_type'), text('ce_correlationid')];
  const causationId = text('ce_causationid');
  const said: Unsigned<Head> = [
    idBytes(text('ce_id')),
    storedWord(text('ce_source').slice(sourcePrefix.length)),
    text('ce_dataschema').slice(schemaOf(type).length),
    storedTime(text('ce_time')),
    text('ce_tenantid'),
    idBytes(correlationId),
    causationId === correlationId ? SAME : idBytes(causationId),
    Number(text('shard_seq')),
    traceparent === undefined ? null : compactTrace(traceparent, correlationId),
  ];
  const head: Head = actor === undefined ? said : [...said, actorBytes(actor)];
  const back = headersOf(type, head, place);
  const names = Object.keys(back);
  const isSame =
    names.length === Object.keys(headers).length &&
    names.every((name) => back[name] === headers[name]);
  return isSame ? head : undefined;
};
