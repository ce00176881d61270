/** `00-<trace>-<span>-<flags>` whose trace is the correlation id without its dashes, as every request's is. */
const headOf = (correlationId: string): string => `00-${correlationId.replaceAll('-', '')}`;

const spanAndFlags = /^-([0-9a-f]{16})-([0-9a-f]{2})$/;
const usual = '01';
const SPAN_DIGITS = 16;
/** A span's eight bytes as base64url, and the flags where they are not the usual ones. */
const compact = /^([A-Za-z0-9_-]{11})([0-9a-f]{2})?$/;
/** Whatever follows is the traceparent itself. */
const mark = '=';

/** The request that began the trace: its span is the second half of it. */
export const rootTrace = '';
const rootOf = (head: string): string => `-${head.slice(-SPAN_DIGITS)}-${usual}`;

const literal = (traceparent: string): string =>
  traceparent === rootTrace ||
  compact.test(traceparent) ||
  traceparent.startsWith(mark) ||
  traceparent.startsWith('-')
    ? mark + traceparent
    : traceparent;

/** A traceparent without what its correlation id says anyway; the whole where it says something else. */
export const compactTrace = (traceparent: string, correlationId: string): string => {
  const head = headOf(correlationId);
  if (!traceparent.startsWith(head)) return literal(traceparent);
  const tail = traceparent.slice(head.length);
  if (tail === rootOf(head)) return rootTrace;
  const [, span, flags] = spanAndFlags.exec(tail) ?? [];
  if (span === undefined || flags === undefined) return literal(traceparent);
  return Buffer.from(span, 'hex').toString('base64url') + (flags === usual ? '' : flags);
};

/** What begins with a dash and is longer is the tail itself, as earlier versions kept it. */
export const wholeTrace = (stored: string, correlationId: string): string => {
  if (stored === rootTrace) return headOf(correlationId) + rootOf(headOf(correlationId));
  if (stored.startsWith(mark)) return stored.slice(mark.length);
  const [, box, flags = usual] = compact.exec(stored) ?? [];
  if (box !== undefined) {
    return `${headOf(correlationId)}-${Buffer.from(box, 'base64url').toString('hex')}-${flags}`;
  }
  return stored.startsWith('-') ? headOf(correlationId) + stored : stored;
};
