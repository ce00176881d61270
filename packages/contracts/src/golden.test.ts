import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checkEventData } from './events/check.ts';
import { eventDefinitions } from './events/registry.ts';

/** One stored event of every version ever released, as the store keeps it: sealed. They are never edited. */
const folder = new URL('../golden/', import.meta.url);
const files = readdirSync(folder);

describe('what was ever written stays readable', () => {
  test.each(files)('%s', (file) => {
    const [type = ''] = file.split('.');
    const stored = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as object;
    expect(checkEventData(type, stored)).toBeUndefined();
    expect(checkEventData(type, { ...stored, addedLater: true })).toBeUndefined();
  });
});

test('every current version has its golden file', () => {
  const current = Object.values(eventDefinitions).map(
    ({ type, version }) => `${type}.${version}.json`,
  );
  expect(files).toEqual(expect.arrayContaining(current));
});

test('a defect names fields and never values', () => {
  const defect = checkEventData('SignalRecorded', { contactId: '+33639980101', kind: 'x' });
  expect(defect).toMatchObject({ kind: 'invalid-data' });
  expect(JSON.stringify(defect)).toContain('occurredAt');
  expect(JSON.stringify(defect)).not.toContain('33639980101');
  expect(checkEventData('NeverHeardOf', {})).toEqual({ kind: 'unknown-type' });
});
