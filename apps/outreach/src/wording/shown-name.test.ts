import { expect, test } from '@jest/globals';
import { shownName } from './shown-name.ts';

test.each([
  ['Librairie des Lilas', 'Librairie des Lilas'],
  ['Shop\r\nBcc: x@example.org', 'Shop Bcc: x@example.org'],
  ['Shop\u202e moc.elgoog', 'Shop  moc.elgoog'],
  ['=?utf-8?B?QmFuaw==?=', '= ?utf-8?B?QmFuaw== ?='],
  ['x'.repeat(200), 'x'.repeat(120)],
])('%j is shown as %j', (given, shown) => {
  expect(shownName(given)).toBe(shown);
});
