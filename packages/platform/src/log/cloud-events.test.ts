import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fromRecord, toRecord } from './cloud-events.ts';

const text = fc.string({ minLength: 1 });
const event = fc.record({
  id: fc.uuid(),
  source: text,
  type: text,
  subject: text,
  time: text,
  dataschema: text,
  tenantid: text,
  correlationid: text,
  causationid: text,
  data: fc.dictionary(text, fc.oneof(text, fc.integer())),
});
const place = { topic: 'things.v1', partition: 3, shard: 'things.v1:3', shardSeq: 7 };
const received = { offset: '0', timestamp: 0 };

test('an envelope comes back from its record as it went in', () => {
  fc.assert(
    fc.property(event, (given) => {
      const record = { ...toRecord(given, JSON.stringify(given.data), place), ...received };
      expect(record.key).toBe(given.subject);
      const { shard, shardSeq } = place;
      const data = JSON.parse(JSON.stringify(given.data)) as object;
      expect(fromRecord(record)).toEqual({ ...given, data, shard, shardSeq });
    }),
  );
});

test('who acted travels as an attribute, and nobody as none', () => {
  const [given] = fc.sample(event, 1);
  if (given === undefined) throw new Error('no sample');
  const acted = { ...given, actorid: 'st_0f' };
  const record = toRecord(acted, JSON.stringify(given.data), place);
  expect(record.headers['ce_actorid']).toBe('st_0f');
  expect(fromRecord({ ...record, ...received })?.actorid).toBe('st_0f');
  expect(toRecord(given, '{}', place).headers).not.toHaveProperty('ce_actorid');
});

test('what is not ours is not read as an event', () => {
  const [given] = fc.sample(event, 1);
  if (given === undefined) throw new Error('no sample');
  const { headers, ...record } = {
    ...toRecord(given, JSON.stringify(given.data), place),
    ...received,
  };
  const without = (name: string) => fromRecord({ ...record, headers: { ...headers, [name]: '' } });
  for (const name of ['ce_id', 'ce_type', 'ce_source', 'shard', 'shard_seq']) {
    expect(without(name)).toBeUndefined();
  }
  for (const value of ['', 'nonsense', '7', 'null']) {
    expect(fromRecord({ ...record, headers, value: Buffer.from(value) })).toBeUndefined();
  }
});
