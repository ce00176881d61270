/** `00-<trace>-<span>-<flags>` whose trace is the correlation id without its dashes, as every request's is. */
const headOf = (correlationId: string): string => `00-${correlationId.replaceAll('-', '')}`;

/** A traceparent without what its correlation id says anyway; the whole where it says something else. */
export const shortTrace = (traceparent: string, correlationId: string): string => {
  const head = headOf(correlationId);
  return traceparent.startsWith(`${head}-`) ? traceparent.slice(head.length) : traceparent;
};

export const fullTrace = (short: string, correlationId: string): string =>
  short.startsWith('-') ? headOf(correlationId) + short : short;
