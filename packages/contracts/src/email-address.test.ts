import { describe, expect, test } from '@jest/globals';
import { emailAddress } from './email-address.ts';

const takes = (text: string): boolean => emailAddress().safeParse(text).success;

describe('an address that mail can be sent to', () => {
  test.each([
    'ines.martin@example.org',
    "o'neill+news@mail.example.co.uk",
    'a@b.io',
    `${'a'.repeat(64)}@example.org`,
    `a@${'b'.repeat(63)}.example`,
  ])('is %s', (text) => {
    expect(takes(text)).toBe(true);
  });

  test.each([
    ['more than 64 characters before the @', `${'a'.repeat(65)}@example.org`],
    ['a label of more than 63', `a@${'b'.repeat(64)}.example`],
    ['more than 254 in all', `a@${`${'b'.repeat(60)}.`.repeat(5)}example`],
    ['a label that ends in a hyphen', 'a@example-.org'],
    ['two dots', 'a..b@example.org'],
    ['a dot at an end', '.a@example.org'],
    ['a dot before the @', 'a.@example.org'],
    ['no domain', 'a@example'],
    ['a line break', 'a@example.org\nBcc: b@example.org'],
    ['a line break at its end', 'a@example.org\n'],
  ])('is not one with %s', (_what, text) => {
    expect(takes(text)).toBe(false);
  });
});
