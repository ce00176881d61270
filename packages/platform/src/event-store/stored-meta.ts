import { compactText, wholeText } from '../compact/compact-text.ts';
import { compactTrace, rootTrace, wholeTrace } from '../compact/compact-trace.ts';

/** What caused an event. */
export type Meta = {
  readonly correlationid: string;
  readonly causationid: string;
  readonly traceparent?: string | undefined;
};

/** The cause is the request itself. */
const SAME = 0;
const COMPACT = 1;

type Compact = readonly [
  typeof COMPACT,
  correlationid: string,
  causationid: string | typeof SAME,
  trace?: string,
];
/** An event that its own request caused, with the trace that the request began: the correlation id says it all. */
type OfRequest = string;
type Values = readonly [correlationid: string, causationid: string, trace?: string | undefined];

/** As the store writes it, and as earlier versions did: values without their names, or the object itself. */
export type StoredMeta = OfRequest | Compact | Values | Meta;

export const toStoredMeta = (meta: Meta): StoredMeta => {
  const { correlationid, causationid, traceparent } = meta;
  const correlation = compactText(correlationid);
  const causation = causationid === correlationid ? SAME : compactText(causationid);
  if (correlation === undefined || causation === undefined) return meta;
  if (traceparent === undefined) return [COMPACT, correlation, causation];
  const trace = compactTrace(traceparent, correlationid);
  if (causation === SAME && trace === rootTrace) return correlation;
  return [COMPACT, correlation, causation, trace];
};

const isMeta = (stored: Compact | Values | Meta): stored is Meta => !Array.isArray(stored);
const isCompact = (stored: Compact | Values): stored is Compact => stored[0] === COMPACT;

const valuesOf = (stored: Compact | Values): Values => {
  if (!isCompact(stored)) return stored;
  const [, correlation, causation, trace] = stored;
  const correlationid = wholeText(correlation);
  return [correlationid, causation === SAME ? correlationid : wholeText(causation), trace];
};

export const fromStoredMeta = (stored: StoredMeta): Meta => {
  if (typeof stored === 'string') return fromStoredMeta([COMPACT, stored, SAME, rootTrace]);
  if (isMeta(stored)) return stored;
  const [correlationid, causationid, trace] = valuesOf(stored);
  return {
    correlationid,
    causationid,
    ...(trace === undefined ? {} : { traceparent: wholeTrace(trace, correlationid) }),
  };
};
