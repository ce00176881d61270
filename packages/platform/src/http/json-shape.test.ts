import { describe, expect, test } from '@jest/globals';
import { isModest, JSON_DEPTH_MAX, JSON_VALUES_MAX } from './json-shape.ts';

const modest = (json: string) => isModest(Buffer.from(json));
const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
const list = (element: string, count: number) => `[${Array(count).fill(element).join(',')}]`;

test.each([
  ['a number', '1'],
  ['a signal', '{"kind":"message-read","contact":{"phone":"+33639980777"}}'],
  ['as deep as may be', nested(JSON_DEPTH_MAX)],
  ['brackets in texts', JSON.stringify(['['.repeat(1000), '{'.repeat(1000), ','.repeat(100_000)])],
  ['quotes in texts', JSON.stringify(Array(100).fill(String.raw`\"[[[[{{{{\\`))],
  ['many small lists', list('[]', 10_000)],
  ['one long text', JSON.stringify('x'.repeat(1_000_000))],
])('%s is taken', (_name, json) => {
  expect(modest(json)).toBe(true);
});

test.each([
  ['too deep', nested(JSON_DEPTH_MAX + 1)],
  ['objects too deep', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`],
  ['lists and objects in turn', '[{"a":'.repeat(20)],
  ['brackets after a text that ends in a backslash', String.raw`["\\",${nested(40)}]`],
  ['a million values', list('1', 500_000)],
  ['as many empty ones', list('{}', JSON_VALUES_MAX)],
])('%s is not', (_name, json) => {
  expect(modest(json)).toBe(false);
});

describe('a megabyte is looked at once, and no further than it is too much', () => {
  test.each([
    ['of open brackets', '['.repeat(1_048_576), JSON_DEPTH_MAX + 1],
    ['of nested objects', '{"a":'.repeat(209_715), 5 * JSON_DEPTH_MAX + 1],
    ['of numbers', list('1', 524_287), 2 * JSON_VALUES_MAX],
    ['of texts', list('""', 349_525), 3 * JSON_VALUES_MAX],
    ['of commas', ','.repeat(1_048_576), JSON_VALUES_MAX],
    ['of escaped quotes', JSON.stringify('"'.repeat(524_287)), 1_048_576],
  ])('%s', (_name, json, bytesMax) => {
    let looks = 0;
    const bytes = new Proxy(Buffer.from(json), {
      get(buffer, key) {
        if (key !== 'length') looks += 1;
        return Reflect.get(buffer, key, buffer);
      },
    });
    isModest(bytes);
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThanOrEqual(bytesMax);
  });
});
