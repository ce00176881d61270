import { expect, test } from '@jest/globals';
import { fromCbor, toCbor } from '../../compact/cbor.ts';
import { toRecord } from '../cloud-events.ts';
import type { LogRecord } from '../port.ts';
import { type Head, headersOf, headOf } from './stored-headers.ts';

const correlationid = 'b931873f-8c00-4968-b4aa-b49acf2df1ab';
const event = {
  id: 'ffff7c14-3015-81c1-8af1-1b8471f82e6f',
  source: 'outreach',
  type: 'ConsentGiven',
  subject: 'ct_1',
  time: '2026-11-29T16:00:00.000Z',
  tenantid: 'demo',
  correlationid,
  dataschema: 'urn:tact:event:ConsentGiven:1',
  causationid: 'a cause',
};
const to = { topic: 'policies.v1', partition: 3, shard: 'policies.v1:3', shardSeq: 34 };

const back = (record: LogRecord) => {
  const [head] = fromCbor(toCbor(headOf(record)) ?? Buffer.of());
  return headersOf(record.headers['ce_type'] ?? '', head as Head, record);
};

test.each([
  ['without a trace', {}],
  ['of its own trace', { traceparent: '00-b931873f8c004968b4aab49acf2df1ab-fa6718fabd420f00-01' }],
  ['of another trace', { traceparent: '00-00000000000000000000000000000001-fa6718fabd420f00-01' }],
  ['that its request caused', { causationid: correlationid }],
  ['of an exact time', { time: '2026-11-29T16:00:00.001Z' }],
  ['of a service nobody knows', { source: 'of a plugin' }],
  ['that a key caused', { actorid: 'ak_0123456789abcdef0123' }],
  ['that a member of staff caused', { actorid: `st_${'0f'.repeat(16)}` }],
  ['with ids of 16 letters', { id: '0123456789abcdef', correlationid: 'ab_0123456789abc' }],
])('an event %s comes back as it was, from fewer bytes', (_, more) => {
  const record = toRecord({ ...event, ...more }, '{}', to);
  expect(back(record)).toEqual(record.headers);
  const bytes = toCbor(headOf(record))?.length ?? 0;
  expect(bytes).toBeLessThan(0.3 * JSON.stringify(record.headers).length);
});

test('headers that are no event’s, or say something else than their place, stay as they are', () => {
  const record = toRecord(event, '{}', to);
  for (const headers of [
    {},
    { reported: 'something' },
    { ...record.headers, more: 'x' },
    { ...record.headers, shard: 'elsewhere:1' },
    { ...record.headers, ce_subject: 'another' },
    { ...record.headers, ce_source: 'foreign' },
    { ...record.headers, shard_seq: '034' },
    { ...record.headers, shard_seq: 'x' },
  ]) {
    expect(headOf({ ...record, headers })).toBeUndefined();
  }
});
