import { fullTrace, shortTrace } from '../observability/short-trace.ts';

/** What caused an event. */
export type Meta = {
  readonly correlationid: string;
  readonly causationid: string;
  readonly traceparent?: string | undefined;
};

/** As the store writes it: values without their names. Earlier versions wrote the object itself. */
export type StoredMeta =
  | readonly [correlationid: string, causationid: string, trace?: string]
  | Meta;

export const toStoredMeta = ({ correlationid, causationid, traceparent }: Meta): StoredMeta =>
  traceparent === undefined
    ? [correlationid, causationid]
    : [correlationid, causationid, shortTrace(traceparent, correlationid)];

const isList = (stored: StoredMeta): stored is Extract<StoredMeta, readonly unknown[]> =>
  Array.isArray(stored);

export const fromStoredMeta = (stored: StoredMeta): Meta => {
  if (!isList(stored)) return stored;
  const [correlationid, causationid, trace] = stored;
  return {
    correlationid,
    causationid,
    ...(trace === undefined ? {} : { traceparent: fullTrace(trace, correlationid) }),
  };
};
