import { expect, test } from '@jest/globals';
import { toRecord } from '../cloud-events.ts';
import type { LogRecord } from '../port.ts';
import { fromStoredRecord, namesOfTypes, toStoredRecord } from './stored-record.ts';

const traceparent = '00-b931873f8c004968b4aab49acf2df1ab-fa6718fabd420f00-01';
const event = {
  id: 'ffff7c14-3015-81c1-8af1-1b8471f82e6f',
  source: 'scoring',
  type: 'BlockLikelihoodChanged',
  subject: 'ct_00112233445566778899aabbccddeeff',
  time: '2026-11-29T16:00:00.000Z',
  tenantid: 'demo',
  correlationid: 'b931873f-8c00-4968-b4aa-b49acf2df1ab',
  dataschema: 'urn:tact:event:BlockLikelihoodChanged:1',
  causationid: 'b931873f-8c00-4968-b4aa-b49acf2df1ab',
};
const to = { topic: 'likelihoods.v1', partition: 3, shard: 'likelihoods.v1:3', shardSeq: 34 };
const json = `{"contactId":"${event.subject}","probability":0.5,"band":"probable"}`;

const back = (record: LogRecord) => {
  const { headers, value } = toStoredRecord(record);
  const stored = { headers: JSON.parse(JSON.stringify(headers)) as never, value };
  return { ...record, ...fromStoredRecord(stored, record) };
};

test.each([
  ['in the order of its list', json],
  ['in another order', `{"band":"probable","contactId":"${event.subject}"}`],
  ['with a field nobody knows', '{"band":"probable","more":1}'],
  ['with spaces', '{ "band": "probable" }'],
  ['with half a character', String.raw`{"band":"\ud800"}`],
  ['that is a list', '[2,0,[0.5]]'],
  ['that is none', '{'],
  ['that is empty', ''],
])('a value %s comes back letter by letter', (_, value) => {
  expect(back(toRecord(event, value, to))).toEqual(toRecord(event, value, to));
  const foreign = { ...toRecord(event, value, to), headers: { reported: 'x' } };
  expect(back(foreign)).toEqual(foreign);
});

test('bytes that are no text come back', () => {
  const record = { ...toRecord(event, '', to), value: Buffer.from([0, 255, 128, 123]) };
  expect(back(record)).toEqual(record);
});

test('a record of ours is kept in a fifth of its bytes', () => {
  const record = toRecord(event, json, to);
  const bytes = ({ headers, value }: { headers: object; value: Buffer }) =>
    JSON.stringify(headers).length + value.length;
  expect(bytes(toStoredRecord(record))).toBeLessThan(bytes(record) / 5);
});

test('the headers come without the data', () => {
  const record = toRecord(event, json, to);
  const { headers, value } = toStoredRecord(record);
  const [, headBytes] = headers as readonly [number, number];
  expect(fromStoredRecord({ headers, value: value.subarray(0, headBytes) }, record)).toEqual({
    headers: record.headers,
    value: Buffer.alloc(0),
  });
});

test('what earlier versions kept is read', () => {
  const record = toRecord({ ...event, traceparent, causationid: 'a cause' }, json, to);
  const packed = [
    event.id,
    'scoring',
    event.type,
    '1',
    event.time,
    'demo',
    event.correlationid,
    'a cause',
    '34',
    '-fa6718fabd420f00-01',
  ] as const;
  const { value } = record;
  expect(fromStoredRecord({ headers: packed, value }, record)).toEqual({
    headers: record.headers,
    value,
  });
  expect(fromStoredRecord(record, record)).toEqual({ headers: record.headers, value });
});

test('a type is asked for by its name, and by the number it is kept as', () => {
  const { headers } = toStoredRecord(toRecord(event, json, to));
  const [type] = headers as readonly [number, number];
  expect(namesOfTypes([event.type, 'of a plugin'])).toEqual([
    event.type,
    String(type),
    'of a plugin',
  ]);
});
