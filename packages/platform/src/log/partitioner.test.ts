import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { murmur2, partitionOf } from './partitioner.ts';

const require = createRequire(import.meta.url);
const kafkajsMurmur2 = require('kafkajs/src/producer/partitioners/default/murmur2.js') as (
  key: string,
) => number;

test('murmur2 gives the vectors of the Java client', () => {
  // org.apache.kafka.common.utils.UtilsTest#testMurmur2
  expect(['21', 'foobar', 'a-little-bit-long-string', 'abc'].map(murmur2)).toEqual([
    -973932308, -790332482, -985981536, 479470107,
  ]);
});

test('murmur2 equals the one of kafkajs for any key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (key) => murmur2(key) === kafkajsMurmur2(key)),
    { numRuns: 2000 },
  );
});

test('a partition is within range and stays with its key', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 1, max: 64 }), (key, partitions) => {
      const partition = partitionOf(key, partitions);
      return partition >= 0 && partition < partitions && partition === partitionOf(key, partitions);
    }),
  );
});
