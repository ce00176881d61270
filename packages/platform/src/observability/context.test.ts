import { expect, test } from '@jest/globals';
import { contextFromHeaders } from './context.ts';

const phone = '33639980101';
const span = 'b'.repeat(16);

test("a caller's trace and correlation id are continued", () => {
  const traceId = `${'0'.repeat(16)}5f3a5f3a5f3a5f3a`;
  const correlationId = '0192f3a4-5b6c-7d8e-9f00-112233445566';
  const context = contextFromHeaders({ traceparent: `00-${traceId}-${span}-01`, correlationId });
  expect(context).toMatchObject({ traceId, correlationId });
  expect(context.traceparent).not.toContain(span);
});

test.each([
  { traceparent: phone },
  { traceparent: `00-${phone.padStart(32, '0')}-${span}-01` },
  { traceparent: `00-${'0'.repeat(32)}-${span}-01` },
  { traceparent: `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01` },
  { correlationId: phone },
  { correlationId: `00000000-0000-0000-0000-0${phone}` },
])('%j starts a trace of our own', (headers) => {
  const context = contextFromHeaders(headers);
  expect(JSON.stringify(context)).not.toContain(phone);
  expect(context.traceId).toMatch(/^(?!0+$|a+$)[0-9a-f]{32}$/);
});
