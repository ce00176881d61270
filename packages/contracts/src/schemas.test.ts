import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type EventDefinition, eventDefinitions } from './index.ts';
import { schemaShrinkage } from './events/schema-growth.ts';

// `UPDATE_SCHEMAS=1 npm test -- schemas` writes what grew; what shrank is refused all the same.
const isUpdate = process.env['UPDATE_SCHEMAS'] === '1';
const refresh = 'Run UPDATE_SCHEMAS=1 npm test -- schemas and review the difference.';

const schemas = new URL('../schemas/', import.meta.url);
const golden = new URL('../golden/', import.meta.url);
const goldenSums = new URL('../golden.sha256', import.meta.url);

const definitions: readonly EventDefinition[] = Object.values(eventDefinitions);
const fileOf = ({ type, version }: EventDefinition): string => `${type}.${version}.json`;
const textOf = (json: object): string => `${JSON.stringify(json, undefined, 2)}\n`;

/** As the data is read: tolerant of fields that a later release adds. */
const printed = ({ data, description, type, version }: EventDefinition) => ({
  $id: `urn:tact:event:${type}:${version}`,
  description,
  ...z.toJSONSchema(data, { io: 'input' }),
});

mkdirSync(schemas, { recursive: true });
const snapshots = readdirSync(schemas);

describe('the schema of an event may only grow', () => {
  test.each(definitions)('$type', (definition) => {
    const file = new URL(fileOf(definition), schemas);
    const now = printed(definition);
    if (existsSync(file)) {
      const before = JSON.parse(readFileSync(file, 'utf8')) as object;
      expect(schemaShrinkage({ ...before }, now)).toEqual([]);
    }
    if (isUpdate) writeFileSync(file, textOf(now));
    const reported = existsSync(file) ? readFileSync(file, 'utf8') : refresh;
    // A difference here is growth nobody has reviewed yet.
    expect(reported).toBe(textOf(now));
  });

  test('no type and no version goes away', () => {
    const versionOf = new Map<string, number>(
      definitions.map(({ type, version }) => [type, version]),
    );
    const lost = snapshots.filter((file) => {
      const [type = '', version = ''] = file.split('.');
      return Number(version) > (versionOf.get(type) ?? 0);
    });
    expect(lost).toEqual([]);
    // Whatever has a golden file was released, and keeps its schema.
    const released = readdirSync(golden).map(
      (file) => `${file.split('.').slice(0, 2).join('.')}.json`,
    );
    expect(readdirSync(schemas)).toEqual(expect.arrayContaining(released));
  });
});

describe('a golden file is never edited and never goes away', () => {
  const sumOf = (file: string): string =>
    createHash('sha256')
      .update(readFileSync(new URL(file, golden)))
      .digest('hex');
  const kept = new Map(
    (existsSync(goldenSums) ? readFileSync(goldenSums, 'utf8') : '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('  ') as [string, string])
      .map(([sum, file]) => [file.replace(/^golden\//, ''), sum]),
  );

  test.each([...kept])('%s', (file, sum) => {
    expect(sumOf(file)).toBe(sum);
  });

  test('and a new one is on the list', () => {
    const files = readdirSync(golden).toSorted();
    if (isUpdate) {
      const sums = new Map([...files.map((file) => [file, sumOf(file)] as const), ...kept]);
      const lines = [...sums]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([file, sum]) => `${sum}  golden/${file}\n`);
      writeFileSync(goldenSums, lines.join(''));
      for (const [file, sum] of sums) kept.set(file, sum);
    }
    expect({ missing: files.filter((file) => !kept.has(file)), refresh }).toEqual({
      missing: [],
      refresh,
    });
  });
});
