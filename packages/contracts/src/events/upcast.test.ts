import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { plainText } from '../personal.ts';
import { defineEvent } from './define.ts';
import { eventDefinitions } from './registry.ts';
import { eventSchemas, eventSchemasOf, type Upcaster, versionInDataschema } from './upcast.ts';

const ParcelSent = defineEvent({
  type: 'ParcelSent',
  version: 3,
  description: 'Exists in this test alone.',
  data: z.object({ grams: z.int(), carrier: plainText() }),
});
const steps: readonly Upcaster[] = [
  {
    type: 'ParcelSent',
    from: 2,
    up: ({ kilograms, ...rest }) => ({ ...rest, grams: Number(kilograms) * 1000 }),
  },
  { type: 'ParcelSent', from: 1, up: (data) => ({ ...data, carrier: 'post' }) },
];
const schemas = eventSchemasOf([ParcelSent], steps);

describe('an older version', () => {
  test('climbs every step, whatever their order in the table', () => {
    const stored = { kilograms: 2 };
    expect(schemas.upcast('ParcelSent', 1, stored)).toEqual({
      data: { grams: 2000, carrier: 'post' },
    });
    expect(schemas.upcast('ParcelSent', 2, { ...stored, carrier: 'bike' })).toEqual({
      data: { grams: 2000, carrier: 'bike' },
    });
    expect(stored).toEqual({ kilograms: 2 });
  });

  test('keeps its sealed box, which no step sees or can lose', () => {
    const $sealed = { v: 1, k: 1, p: ['/recipient'], b: 'AAAA' };
    const greedy = eventSchemasOf(
      [{ ...ParcelSent, version: 2 }],
      [{ type: 'ParcelSent', from: 1, up: (data) => ({ saw: Object.keys(data) }) }],
    );
    expect(greedy.upcast('ParcelSent', 1, { kilograms: 2, $sealed })).toEqual({
      data: { saw: ['kilograms'], $sealed },
    });
  });
});

test('the current version is passed on as the very same object', () => {
  const stored = { grams: 5, carrier: 'bike' };
  expect(schemas.upcast('ParcelSent', 3, stored)).toEqual({ data: stored });
  const passed = schemas.upcast('ParcelSent', 3, stored);
  expect('data' in passed && passed.data).toBe(stored);
});

test.each([
  ['ParcelSent', 4, 'too-new'],
  ['ParcelSent', 0, 'unknown-version'],
  ['ParcelSent', 1.5, 'unknown-version'],
  ['ParcelLost', 1, 'unknown-type'],
])('%s of version %p is not read: %s', (type, version, problem) => {
  expect(schemas.upcast(type, version, {})).toEqual({ problem });
});

test('a version without a way up, or with two, is found when the table is made', () => {
  expect(() => eventSchemasOf([ParcelSent], steps.slice(1))).toThrow('from version 2');
  expect(() => eventSchemasOf([ParcelSent], [...steps, ...steps])).toThrow('has 2');
});

test('the schemas in use know every type at its own version', () => {
  for (const { type, version } of Object.values(eventDefinitions)) {
    expect([type, eventSchemas.versionOf(type)]).toEqual([type, version]);
  }
  expect(eventSchemas.versionOf('NeverHeardOf')).toBeUndefined();
});

test.each([
  ['urn:tact:event:ParcelSent:3', 3],
  ['urn:tact:event:ParcelSent:12', 12],
  ['urn:tact:event:ParcelLost:3', undefined],
  ['urn:tact:event:ParcelSent:0', undefined],
  ['urn:tact:event:ParcelSent:-1', undefined],
  ['urn:tact:event:ParcelSent', undefined],
  ['', undefined],
])('the version in "%s" is %p', (dataschema, version) => {
  expect(versionInDataschema('ParcelSent', dataschema)).toBe(version);
});
