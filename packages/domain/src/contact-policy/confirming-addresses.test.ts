import { describe, expect, test } from '@jest/globals';
import { confirmingRefusal, confirmingSentences } from './confirming-addresses.ts';

const refusalOf = (address: string, own: readonly string[] = [], isShared = false) =>
  confirmingRefusal(address, { own, isShared });

test('a person confirms through an address of their own', () => {
  expect(refusalOf('lou@reader.example')).toBeUndefined();
  expect(refusalOf('lou@reader.example', ['dpo@shop.example'])).toBeUndefined();
});

describe('a business does not confirm for anybody', () => {
  const own = ['ana@shop.example'];

  test.each([
    'ana@shop.example',
    ' Ana@SHOP.example ',
    'ana+lou@shop.example',
    'lou@shop.example',
    'lou@mail.shop.example',
  ])('through %s', (address) => {
    expect(refusalOf(address, own)).toBe('own');
  });

  test('nor through the domain above the one that its mails come from', () => {
    expect(refusalOf('lou@shop.example', ['no@news.shop.example'])).toBe('own');
  });

  test.each(['lou@othershop.example', 'lou@shop.example.org', 'lou@shop', 'ana@reader.example'])(
    '%s is another domain',
    (address) => {
      expect(refusalOf(address, own)).toBeUndefined();
    },
  );

  test('each of its addresses counts', () => {
    expect(refusalOf('lou@shop.example', ['x@reader.example', ...own])).toBe('own');
  });
});

describe('at a provider that everybody has a mailbox at', () => {
  test.each([
    ['ana@gmail.com', 'lou@gmail.com'],
    ['ana@orange.fr', 'lou@orange.fr'],
    ['ana@yahoo.co.uk', 'lou@yahoo.co.uk'],
    ['ana@gmx.fr', 'lou@gmx.fr'],
    ['ana@posteo.de', 'lou@posteo.de'],
    // One of its names is under the other.
    ['ana@shop.free.fr', 'lou@free.fr'],
    ['ana@free.fr', 'lou@shop.free.fr'],
  ])('of %s only that one is the business’s, and not %s', (own, other) => {
    expect(refusalOf(other, [own])).toBeUndefined();
    expect(refusalOf(own, [own])).toBe('own');
  });

  test.each([
    ['a.na@gmail.com', 'ana@gmail.com'],
    ['ana+shop@googlemail.com', 'a.na@gmail.com'],
    ['ana@googlemail.com', 'ana+x@googlemail.com'],
    ['ana+shop@orange.fr', 'ana@orange.fr'],
  ])('%s is %s', (address, own) => {
    expect(refusalOf(address, [own])).toBe('own');
  });

  test('dots name another mailbox elsewhere', () => {
    expect(refusalOf('a.na@orange.fr', ['ana@orange.fr'])).toBeUndefined();
  });

  test.each([
    'ana@gmail.example',
    'ana@shop.gmail.com',
    'ana@mail.shop.example',
    'ana@mail.abc.fr',
    'ana@gmail.com.example',
    'ana@gmail.comx',
  ])('what only looks like one is a domain of its own: %s', (own) => {
    expect(refusalOf(own.replace('ana@', 'lou@'), [own])).toBe('own');
  });
});

test.each([
  'info@reader.example',
  'Contact+lou@reader.example',
  'no-reply@reader.example',
  'service-client@reader.example',
  'abuse@reader.example',
  'www@reader.example',
])('%s is read by several people, whose business ever it is of', (address) => {
  expect(refusalOf(address)).toBe('role');
});

test.each(['info.dupont@reader.example', 'contacts@reader.example', '@reader.example'])(
  '%s is no name of a function',
  (address) => {
    expect(refusalOf(address)).toBeUndefined();
  },
);

test('what several contacts have shows of nobody who agreed', () => {
  expect(refusalOf('lou@reader.example', [], true)).toBe('shared');
});

test('each refusal is said in a sentence that tells what to do and names no address', () => {
  for (const sentence of Object.values(confirmingSentences)) {
    expect(sentence).toMatch(/ (state|State) an address/);
    expect(sentence).not.toContain('@');
  }
});
