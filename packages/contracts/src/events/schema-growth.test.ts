import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { personal, plainText } from '../personal.ts';
import { schemaShrinkage } from './schema-growth.ts';

const printed = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' });
const before = z.object({
  kind: z.enum(['a', 'b']),
  count: z.int().min(0).max(10),
  note: plainText(20).optional(),
  phone: personal('phone', z.string()),
  tags: z.array(z.enum(['x', 'y'])),
  inputs: z.record(plainText(4), z.union([z.string(), z.number()])),
  proof: z.object({ source: plainText() }),
  either: z.union([z.object({ a: z.int() }), z.object({ b: z.int() })]),
  at: z.iso.datetime(),
});
const { shape } = before;
const shrinkage = (after: z.ZodType) => schemaShrinkage(printed(before), printed(after));

test.each<[string, z.ZodType]>([
  ['nothing', before],
  ['a new optional field', before.extend({ more: plainText().optional() })],
  ['a new value', before.extend({ kind: z.enum(['a', 'b', 'c']) })],
  ['any text for a list of values', before.extend({ kind: z.string() })],
  ['an optional field', before.extend({ count: shape.count.optional() })],
  ['a wider limit', before.extend({ count: z.int().min(-1).max(20) })],
  ['any number for an integer', before.extend({ count: z.number() })],
  ['a sealed field', before.extend({ note: personal('free-text', z.string()).optional() })],
  ['another alternative', before.extend({ count: z.union([shape.count, z.boolean()]) })],
  ['a new value deep inside', before.extend({ tags: z.array(z.enum(['x', 'y', 'z'])) })],
])('it may gain %s', (_what, after) => {
  expect(shrinkage(after)).toEqual([]);
});

test.each<[string, z.ZodType, string]>([
  ['lose a field', before.omit({ note: true }), '/note is gone'],
  ['lose a value', before.extend({ kind: z.enum(['a']) }), '/kind lost the value "b"'],
  ['change a type', before.extend({ count: z.string() }), '/count is no integer any more'],
  ['narrow a number', before.extend({ count: z.int().max(5) }), '/count maximum became stricter'],
  [
    'get a limit',
    before.extend({ phone: personal('phone', z.string().max(9)) }),
    '/phone maxLength became stricter',
  ],
  [
    'get a pattern',
    before.extend({ note: plainText(20).regex(/^a/).optional() }),
    '/note pattern became stricter',
  ],
  ['demand a field', before.extend({ more: plainText() }), '/more became required'],
  ['demand what was optional', before.extend({ note: plainText(20) }), '/note became required'],
  [
    'write a person in clear',
    before.extend({ phone: z.string().meta({ personal: false }) }),
    '/phone is no longer personal',
  ],
  [
    'lose a value deep inside',
    before.extend({ tags: z.array(z.enum(['x'])) }),
    '/tags/* lost the value "y"',
  ],
  [
    'lose a kind of value',
    before.extend({ inputs: z.record(plainText(4), z.union([z.string(), z.boolean()])) }),
    '/inputs/* is no number any more',
  ],
  [
    'lose an alternative',
    before.extend({ either: z.union([z.object({ a: z.int() }), z.object({ c: z.int() })]) }),
    '/either lost one of its alternatives',
  ],
  [
    'refuse other fields',
    before.extend({ proof: z.strictObject({ source: plainText() }) }),
    '/proof takes no other fields any more',
  ],
])('it may not %s', (_what, after, sentence) => {
  expect(shrinkage(after)).toContain(sentence);
});

test('a known format spelled by another pattern is the same format', () => {
  const spelled = printed(before);
  const other = structuredClone(spelled);
  Object.assign(other.properties?.['at'] as object, { pattern: '^.*Z$' });
  expect(schemaShrinkage(spelled, other)).toEqual([]);
  Object.assign(other.properties?.['at'] as object, { format: 'date' });
  expect(schemaShrinkage(spelled, other)).toContain('/at format became stricter');
});
