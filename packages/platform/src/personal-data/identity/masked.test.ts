import { expect, test } from '@jest/globals';
import { maskedIdentity } from './masked.ts';

test.each([
  ['+33639980112', '+33 6 ** ** ** 12'],
  ['+14155550132', '+1 4 ** ** ** * 32'],
  // Of a short number even its end would leave a few hundred to try.
  ['+2908123', '+290 ** **'],
  ['+4512345678', '+45 ** ** ** 78'],
  ['+999123', '+ ** ** **'],
])('of %s are shown the country and a little of both ends: %s', (phone, masked) => {
  expect(maskedIdentity('phone', phone)).toBe(masked);
});

test.each([
  ['jeanne.roux@domaine.fr', 'j***@d***.fr'],
  ['j@d.fr', 'j***@d***.fr'],
  ['ana@mail.example.co.uk', 'a***@m***.uk'],
  ['𝒶na@example.com', '𝒶***@e***.com'],
])('an address shows how it begins and no length: %s', (email, masked) => {
  expect(maskedIdentity('email', email)).toBe(masked);
});

test('ids show their end, and nothing where they are short', () => {
  expect(maskedIdentity('bsuid', 'FR.13491208655302741918')).toBe('***18');
  expect(maskedIdentity('parentBsuid', 'FR.ENT')).toBe('***');
});
