import { expect, test } from '@jest/globals';
import { toRecord } from '../cloud-events.ts';
import type { LogRecord } from '../port.ts';
import { fromStoredHeaders, toStoredHeaders } from './stored-headers.ts';

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
  const stored = JSON.parse(JSON.stringify(toStoredHeaders(record))) as never;
  return fromStoredHeaders(stored, record);
};

test.each([
  ['without a trace', undefined],
  ['of its own trace', '00-b931873f8c004968b4aab49acf2df1ab-fa6718fabd420f00-01'],
  ['of another trace', '00-00000000000000000000000000000001-fa6718fabd420f00-01'],
])('an event %s comes back as it was, from fewer bytes', (_, traceparent) => {
  const record = toRecord({ ...event, ...(traceparent ? { traceparent } : {}) }, '{}', to);
  expect(back(record)).toEqual(record.headers);
  const bytes = (value: unknown) => JSON.stringify(value).length;
  expect(bytes(toStoredHeaders(record))).toBeLessThan(0.6 * bytes(record.headers));
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
  ]) {
    expect(toStoredHeaders({ ...record, headers })).toEqual(headers);
    expect(back({ ...record, headers })).toEqual(headers);
  }
});
