/** RFC 9110, 10.2.3: seconds, or a date. Milliseconds from `nowMs` on; undefined when it is neither. */
export const retryAfterMsOf = (
  header: string | readonly string[] | undefined,
  nowMs: number,
): number | undefined => {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
};
