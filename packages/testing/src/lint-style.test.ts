import { expect, test } from '@jest/globals';
import { offendersOf } from './linted.ts';

const spelled = [
  'export const DAY = 86_400_000;',
  'export const spans = { day: 24 * 60 * 60 * 1000 };',
  'export const spans = { month: 30 * 24 * 3_600 * 1_000 };',
  'export const spans = { hour: 60 * (60 * 1_000) };',
  `import { HOUR_MS } from '@tact/contracts'; export const spans = { day: 24 * HOUR_MS };`,
  `import { HOUR_MS as hour } from '@tact/contracts'; export const spans = { days: 3 * hour * 24 };`,
];
const sound = [
  `import { DAY_MS } from '@tact/contracts'; export const spans = { month: 30 * DAY_MS };`,
  'export const spans = { minute: 60 * 1_000, minutes: 5 * 60_000 };',
  'export const sizes = { image: 1_000 * 1_000 };',
];

test('the length of a day or an hour is not spelled out', async () => {
  expect(await offendersOf('no-spelled-durations', [...spelled, ...sound])).toEqual(spelled);
});
