import { expect, test } from '@jest/globals';
import { isZone } from '@tact/contracts';
import { zoneOfCountry } from './country-zones.ts';

test('a country with one zone has that, one with several that of its capital', () => {
  expect(['FR', 'CI', 'ES', 'US', 'BE'].map(zoneOfCountry)).toEqual([
    'Europe/Paris',
    'Africa/Abidjan',
    'Europe/Madrid',
    'America/New_York',
    'Europe/Brussels',
  ]);
});

test('where it would be a guess there is none', () => {
  expect(['FM', 'XX'].map(zoneOfCountry)).toEqual([undefined, undefined]);
});

test('each is a zone that a tenant may say', () => {
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  const codes = letters.flatMap((one) => letters.map((other) => one + other));
  const zones = codes.map(zoneOfCountry).filter((zone) => zone !== undefined);
  expect(zones.length).toBeGreaterThan(200);
  expect(zones.filter((zone) => !isZone(zone))).toEqual([]);
});
