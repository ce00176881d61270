import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { personalPaths } from '../personal.ts';
import { eventDefinition } from './registry.ts';
import { storedShapeOf, storedShapes, storedWords } from './stored-shapes.ts';

/** Fields that stand in clear, or hold something that does; of a record that is personal the keys are sealed too. */
const clearFieldsOf = (type: string): string[] => {
  const { data } = eventDefinition(type) ?? {};
  if (!(data instanceof z.ZodObject)) throw new Error(`${type} has no fields`);
  const sealed = personalPaths(data).flatMap(({ path: [field, inside] }) =>
    inside === undefined || inside === '*' ? [field] : [],
  );
  return Object.keys(data.shape).filter((field) => !sealed.includes(field));
};

test.each(Object.entries(storedShapeOf))('each field of %s has a place', (type, shape) => {
  const fields: readonly string[] = storedShapes[shape] ?? [];
  expect(clearFieldsOf(type).filter((field) => !fields.includes(field))).toEqual([]);
});

test('no field and no word stands twice, and what rows are read by is where it was', () => {
  for (const fields of storedShapes) expect(new Set(fields).size).toBe(fields.length);
  expect(new Set(storedWords).size).toBe(storedWords.length);
  expect(storedShapes.map(([first]) => first)).toEqual(
    Array(storedShapes.length).fill('contactId'),
  );
  const places = [
    'message-sent',
    'whatsapp-webhook',
    'marketing',
    'given',
    'reachable',
    'ingestion',
  ];
  expect(places.map((word) => storedWords.indexOf(word))).toEqual([17, 42, 47, 59, 61, 66]);
});
