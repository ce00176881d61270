import { describe, expect, test } from '@jest/globals';
import { toRecord } from '../log/cloud-events.ts';
import type { ReceivedRecord } from '../log/port.ts';
import type { ValidateData } from './consumer.ts';
import { decode, unreadBy } from './decode.ts';

const known = ['ParcelSent', 'ParcelLost'];
const consumer = { types: ['ParcelLost'] };
const unread = unreadBy(consumer, known);

/** A record whose value tells when somebody looks at it. */
const watched = (type: string, text: string) => {
  const looks: PropertyKey[] = [];
  const record = {
    ...toRecord(
      {
        id: 'e1',
        source: 'post',
        type,
        subject: 'ct_1',
        time: '',
        dataschema: `urn:tact:event:${type}:1`,
        tenantid: 'demo',
        correlationid: 'c',
        causationid: 'c',
      },
      text,
      { topic: 'parcels.v1', partition: 0, shard: 'parcels.v1:0', shardSeq: 7 },
    ),
    offset: '0',
    timestamp: 0,
  };
  const value = new Proxy(record.value, {
    get: (bytes, name) => {
      looks.push(name);
      const found: unknown = Reflect.get(bytes, name, bytes);
      return typeof found === 'function' ? (found.bind(bytes) as unknown) : found;
    },
  });
  return { record: { ...record, value } satisfies ReceivedRecord, looks };
};

const validated: string[] = [];
const validate: ValidateData = (type, data) => {
  validated.push(type);
  return known.includes(type) ? { data: data as object } : { problem: 'unknown-type' };
};

describe('a record of a type the consumer does not want', () => {
  test('passes by, counted in its shard, and its value is never opened', () => {
    const { record, looks } = watched('ParcelSent', '{"grams":5}');
    const decoded = decode(record, consumer, { validate, unread });
    expect(decoded).toMatchObject({ place: { source: 'post', shardSeq: 7 } });
    expect(decoded.event).toBeUndefined();
    expect(decoded.defect).toBeUndefined();
    expect(looks).toEqual([]);
    expect(validated).not.toContain('ParcelSent');
  });

  test('passes by even where its value is none: that is not its affair', () => {
    const { record } = watched('ParcelSent', 'nonsense');
    expect(decode(record, consumer, { validate, unread }).defect).toBeUndefined();
  });
});

test('a record of a wanted type is opened', () => {
  const { record, looks } = watched('ParcelLost', '{"grams":5}');
  expect(decode(record, consumer, { validate, unread }).event?.data).toEqual({ grams: 5 });
  expect(looks).not.toEqual([]);
});

test('a record of a type nobody knows is opened and parked', () => {
  const { record } = watched('ParcelEaten', '{}');
  expect(decode(record, consumer, { validate, unread }).defect?.reason).toBe('unknown-type');
});

test('what is left of an erased event passes, and keeps its place among the numbers', () => {
  const looked = validated.length;
  const { record } = watched(
    'ParcelLost',
    '{"$erased":{"v":1,"sha256":"00","revision":1,"beside":[]}}',
  );
  const decoded = decode(record, consumer, { validate, unread });
  expect(decoded).toMatchObject({ place: { source: 'post', shardSeq: 7 } });
  expect([decoded.event, decoded.defect, validated.length]).toEqual([undefined, undefined, looked]);
});
