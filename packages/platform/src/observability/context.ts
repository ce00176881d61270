import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What is known of the unit of work under way: every append and every log line carries it. */
export type WorkContext = {
  readonly correlationId: string;
  /** 32 hexadecimal digits, W3C Trace Context. */
  readonly traceId: string;
  readonly traceparent: string;
  readonly tenantId?: string;
  /** The API key's id, never the key. */
  readonly keyId?: string;
  /** The member of staff who acts, where one is known. */
  readonly staffId?: string;
  /** Who acts: a member of staff where one is known; the key itself when absent. */
  readonly actorId?: string;
  /** Stable over retries with one idempotency key, so that the store knows a repeated command. */
  readonly commandId?: string;
};

const storage = new AsyncLocalStorage<WorkContext>();

/** The context of the request or record being handled; undefined outside of any. */
export const currentContext = (): WorkContext | undefined => storage.getStore();

/** Who acts in the unit of work under way; undefined where it is nobody of ours. */
export const currentActor = (): string | undefined => {
  const context = storage.getStore();
  return context?.actorId ?? context?.keyId;
};

/** Adds what became known on the way, e.g. the tenant of a webhook; for all that follows in this unit of work. */
export const amendContext = (
  fields: Partial<Pick<WorkContext, 'tenantId' | 'keyId' | 'staffId' | 'actorId' | 'commandId'>>,
): void => {
  const context = storage.getStore();
  if (context) Object.assign(context, fields);
};

/** Runs work, and all it awaits, under a context. */
export const runInContext = <T>(context: WorkContext, work: () => T): T =>
  storage.run(context, work);

const traceparentPattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const SPAN_DIGITS = 16;

const isBlank = (hex: string): boolean => /^0+$/.test(hex);

/** Padded with zeros a phone number is a well-formed id; a drawn one has letters, but for one in a million. */
const mayBeNumber = (hex: string): boolean => /^[\d-]+$/.test(hex);

const traceIdOf = (traceparent: string | undefined): string | undefined => {
  const [, traceId, spanId] = traceparentPattern.exec(traceparent ?? '') ?? [];
  const isIntact = traceId && spanId && !isBlank(spanId) && !mayBeNumber(traceId);
  return isIntact ? traceId : undefined;
};

// Node draws uuids from a pool of random bytes; bytes alone cost it a call to the system each time, ten times as much.
const newTraceId = (): string => randomUUID().replaceAll('-', '');

/** 16 digits of a uuid that are random, its version and variant left out. */
const newSpanId = (): string => {
  const uuid = randomUUID();
  return `${uuid.slice(0, 8)}${uuid.slice(-8)}`;
};

const uuidOfHex = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

/**
 * Continues a caller's trace, or starts one. Anything that is not exactly a traceparent or a uuid
 * is ignored, and so is one of digits alone: a header is a place where callers leave phone numbers.
 */
export const contextFromHeaders = (headers: {
  traceparent?: string | undefined;
  correlationId?: string | undefined;
}): WorkContext => {
  const continued = traceIdOf(headers.traceparent);
  const traceId = continued ?? newTraceId();
  // The first span of a trace of ours is random as its trace is, and need not be stored beside it.
  const spanId = continued === undefined ? traceId.slice(-SPAN_DIGITS) : newSpanId();
  const given = headers.correlationId?.toLowerCase() ?? '';
  return {
    correlationId: uuidPattern.test(given) && !mayBeNumber(given) ? given : uuidOfHex(traceId),
    traceId,
    traceparent: `00-${traceId}-${spanId}-01`,
  };
};
