import { fromCbor, toCbor } from '../compact/cbor.ts';
import { actorBytes } from '../compact/compact-actor.ts';
import { compactData, type StoredData, wholeData } from '../compact/compact-data.ts';
import { idBytes, idText } from '../compact/compact-text.ts';
import { compactTrace, rootTrace, wholeTrace } from '../compact/compact-trace.ts';
import type { Meta } from './stored-meta.ts';

/** The cause is the request itself. */
const SAME = 0;
type Id = Uint8Array | string;
/** An event that its own request caused, with the trace that the request began, is one id. */
type Listed = readonly [
  correlation: Id,
  causation: Id | typeof SAME,
  trace?: string | null,
  actor?: Id,
];
type Causes = Id | Listed;

const causesOf = ({ correlationid, causationid, traceparent, actorid }: Meta): Causes => {
  const correlation = idBytes(correlationid);
  const causation = causationid === correlationid ? SAME : idBytes(causationid);
  const trace = traceparent === undefined ? undefined : compactTrace(traceparent, correlationid);
  if (actorid !== undefined) return [correlation, causation, trace ?? null, actorBytes(actorid)];
  if (trace === undefined) return [correlation, causation];
  const isOfRequest = causation === SAME && trace === rootTrace;
  return isOfRequest ? correlation : [correlation, causation, trace];
};

const metaOf = (causes: Causes): Meta => {
  const listed: Listed = isList(causes) ? causes : [causes, SAME, rootTrace];
  const [correlation, causation, trace, actor] = listed;
  const correlationid = idText(correlation);
  const causationid = causation === SAME ? correlationid : idText(causation);
  return {
    correlationid,
    causationid,
    ...(typeof trace === 'string' ? { traceparent: wholeTrace(trace, correlationid) } : {}),
    ...(actor === undefined ? {} : { actorid: idText(actor) }),
  };
};

const isList = (causes: Causes): causes is Listed => Array.isArray(causes);

export type Packable = {
  readonly type: string;
  readonly subject: string;
  readonly meta: Meta;
  readonly data: object;
};

/** What caused an event and its data, two items of CBOR; null where its type has no list that holds all its fields. */
export const packEvent = ({ type, subject, meta, data }: Packable): Buffer | null => {
  const compact = compactData(type, subject, data);
  return compact === data ? null : (toCbor(causesOf(meta), compact) ?? null);
};

export const unpackEvent = (
  packed: Buffer,
  subject: string,
): { readonly meta: Meta; readonly data: object } => {
  const [causes, compact] = fromCbor(packed);
  return { meta: metaOf(causes as Causes), data: wholeData(compact as StoredData, subject) };
};
