import { expect, test } from '@jest/globals';
import { packEvent, unpackEvent } from './packed-event.ts';

const subject = 'ct_1';
const data = { contactId: subject, probability: 0.5, band: 'probable' };
const correlationid = 'b931873f-8c00-4968-b4aa-b49acf2df1ab';
const ofTrace = (span: string) => `00-b931873f8c004968b4aab49acf2df1ab-${span}-01`;

test.each([
  [
    'its request, which began the trace',
    { causationid: correlationid, traceparent: ofTrace('b4aab49acf2df1ab') },
  ],
  [
    'its request, of another span',
    { causationid: correlationid, traceparent: ofTrace('fa6718fabd420f00') },
  ],
  ['its request, without a trace', { causationid: correlationid }],
  ['another event', { causationid: '01a22989-6580-746e-aa63-898b71eb47f8', traceparent: 'z' }],
  ['something that has no uuid', { correlationid: 'c-1', causationid: '0123456789abcdef' }],
  [
    'its request, which a key made',
    {
      causationid: correlationid,
      traceparent: ofTrace('b4aab49acf2df1ab'),
      actorid: 'ak_0123456789abcdef0123',
    },
  ],
  ['a member of staff', { causationid: 'c', actorid: `st_${'0f'.repeat(14)}` }],
])('an event caused by %s comes back', (_, causes) => {
  const meta = { correlationid, ...causes };
  const packed = packEvent({ type: 'BlockLikelihoodChanged', subject, meta, data });
  expect(packed?.length).toBeLessThan(JSON.stringify([meta, data]).length / 2);
  expect(unpackEvent(packed ?? Buffer.of(), subject)).toEqual({ meta, data });
});

test('what no list has a place for, or no UTF-8, is not packed', () => {
  const meta = { correlationid, causationid: correlationid };
  const event = { type: 'BlockLikelihoodChanged', subject, meta };
  expect(packEvent({ ...event, data: { ...data, more: 1 } })).toBeNull();
  expect(packEvent({ ...event, data: { ...data, modelVersion: '\ud800' } })).toBeNull();
  expect(packEvent({ ...event, type: 'of a plugin', data })).toBeNull();
});

test('who acted costs the bytes of the id, and nobody none', () => {
  const meta = {
    correlationid,
    causationid: correlationid,
    traceparent: ofTrace('b4aab49acf2df1ab'),
  };
  const length = (actorid?: string): number =>
    packEvent({ type: 'BlockLikelihoodChanged', subject, meta: { ...meta, actorid }, data })
      ?.length ?? 0;
  expect(length('ak_0123456789abcdef0123') - length()).toBeLessThan(20);
  expect(length()).toBe(packEvent({ type: 'BlockLikelihoodChanged', subject, meta, data })?.length);
});
