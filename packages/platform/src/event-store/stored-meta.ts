import { compactText, wholeText } from '../compact/compact-text.ts';
import { compactActor, wholeActor } from '../compact/compact-actor.ts';
import { compactTrace, rootTrace, wholeTrace } from '../compact/compact-trace.ts';

/** What caused an event, and who did it. */
export type Meta = {
  readonly correlationid: string;
  readonly causationid: string;
  readonly traceparent?: string | undefined;
  readonly actorid?: string | undefined;
};

/** The cause is the request itself. */
const SAME = 0;
const COMPACT = 1;

type Compact = readonly [
  typeof COMPACT,
  correlationid: string,
  causationid: string | typeof SAME,
  trace?: string | null,
  actor?: string,
];
/** An event that its own request caused, with the trace that the request began: the correlation id says it all. */
type OfRequest = string;
type Values = readonly [correlationid: string, causationid: string, trace?: string | null];

/** As the store writes it, and as earlier versions did: values without their names, or the object itself. */
export type StoredMeta = OfRequest | Compact | Values | Meta;

const traceIn = ({ traceparent, correlationid }: Meta): string | undefined =>
  traceparent === undefined ? undefined : compactTrace(traceparent, correlationid);

export const toStoredMeta = (meta: Meta): StoredMeta => {
  const { correlationid, causationid, actorid } = meta;
  const correlation = compactText(correlationid);
  const causation = causationid === correlationid ? SAME : compactText(causationid);
  if (correlation === undefined || causation === undefined) return meta;
  const trace = traceIn(meta);
  if (actorid !== undefined) {
    const actor = compactActor(actorid);
    return actor === undefined ? meta : [COMPACT, correlation, causation, trace ?? null, actor];
  }
  if (trace === undefined) return [COMPACT, correlation, causation];
  if (causation === SAME && trace === rootTrace) return correlation;
  return [COMPACT, correlation, causation, trace];
};

const isMeta = (stored: Compact | Values | Meta): stored is Meta => !Array.isArray(stored);
const isCompact = (stored: Compact | Values): stored is Compact => stored[0] === COMPACT;

const valuesOf = (stored: Compact | Values): readonly [...Required<Values>, actor?: string] => {
  if (!isCompact(stored)) return [stored[0], stored[1], stored[2] ?? null];
  const [, correlation, causation, trace = null, actor] = stored;
  const correlationid = wholeText(correlation);
  const causationid = causation === SAME ? correlationid : wholeText(causation);
  return actor === undefined
    ? [correlationid, causationid, trace]
    : [correlationid, causationid, trace, actor];
};

export const fromStoredMeta = (stored: StoredMeta): Meta => {
  if (typeof stored === 'string') return fromStoredMeta([COMPACT, stored, SAME, rootTrace]);
  if (isMeta(stored)) return stored;
  const [correlationid, causationid, trace, actor] = valuesOf(stored);
  return {
    correlationid,
    causationid,
    ...(trace === null ? {} : { traceparent: wholeTrace(trace, correlationid) }),
    ...(actor === undefined ? {} : { actorid: wholeActor(actor) }),
  };
};
