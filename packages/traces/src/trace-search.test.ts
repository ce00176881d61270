import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ByteSearch } from './byte-search.ts';
import type { Digest } from './encodings.ts';
import type { Needle } from '@tact/contracts';
import { TraceSearch } from './trace-search.ts';

const digest: Digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest();
const phone: Needle = { kind: 'phone', value: '+33639980177' };
const name: Needle = { kind: 'name', value: 'Zoé Fictive' };
const wamid: Needle = {
  kind: 'wamid',
  value: `wamid.${Buffer.from('\x1c\x18\x0b33639980177\x15\x02\x00\x11\x18\x12AB', 'latin1').toString('base64')}`,
};
const search = new TraceSearch([phone, name, wamid], digest);

const foundIn = (bytes: Uint8Array | string) => {
  const hits = search.hits();
  search.whole(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, hits);
  return hits.list.map(({ needle, variant }) => `${needle}: ${variant}`);
};
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest();
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a phone is found', () => {
  test.each([
    ['in E.164', 'to +33639980177.', '0: E.164, UTF-8'],
    ['without its plus', '"33639980177"', '0: no plus, UTF-8'],
    ['with 00', '0033639980177', '0: 00, UTF-8'],
    ['as one dials it', 'tel 0639980177', '0: national, UTF-8'],
    ['in pairs', '06 39 98 01 77', '0: spaced pairs, UTF-8'],
    ['in pairs with the country', '+33 6 39 98 01 77', '0: spaced with country, UTF-8'],
    ['with dots', '06.39.98.01.77', '0: dotted pairs, UTF-8'],
    ['in an address', '?to=%2B33639980177', '0: %2B, UTF-8'],
    ['in escaped JSON', '"\\u002b33639980177"', '0: \\u002b, UTF-8'],
    ['in hex', Buffer.from('33639980177').toString('hex'), '0: no plus, hex'],
    ['in base64', base64('+33639980177'), '0: E.164, base64 at 0'],
    ['in base64 after a byte', base64('x+33639980177y'), '0: E.164, base64 at 1'],
    ['in base64 after two', base64('xy+33639980177z'), '0: E.164, base64 at 2'],
    [
      'inside a wamid that is no needle',
      base64('\x1c\x18\x0b33639980177\x15'),
      '0: no plus, base64 at 0',
    ],
    ['by its SHA-256', hash('sha256', '+33639980177').toString('hex'), '0: E.164, sha256 in hex'],
    ['by its MD5', hash('md5', '0639980177').toString('base64'), '0: national, md5 in base64'],
  ])('%s', (_how, text, variant) => {
    expect(foundIn(`before ${text} after`)).toContain(variant);
  });

  test('in UTF-16 and as raw hash bytes', () => {
    expect(foundIn(Buffer.from('..+33639980177', 'utf16le'))).toContain('0: E.164, UTF-16LE');
    expect(foundIn(Buffer.concat([Buffer.from('x'), hash('sha1', '+33639980177')]))).toContain(
      '0: E.164, sha1',
    );
  });
});

test.each([
  ['ZOÉ FICTIVE', '1: upper case, UTF-8'],
  ['"Zo\\u00e9 Fictive"', '1: JSON escapes, UTF-8'],
  ['Zo%C3%A9%20Fictive', '1: URL escapes, UTF-8'],
  ['Zoe\u0301 Fictive', '1: decomposed, UTF-8'],
])('a name is found as %s', (text, variant) => {
  expect(foundIn(text)).toContain(variant);
});

test('a name is found in Latin-1', () => {
  expect(foundIn(Buffer.from('Zoé Fictive', 'latin1'))).toContain('1: as it is, Latin-1');
});

test('a wamid is found without its prefix', () => {
  expect(foundIn(wamid.value.slice(6))).toContain('2: without its prefix, UTF-8');
});

test('every variant of every needle is found in a heap of all, and none in bytes without them', () => {
  const heap = Buffer.concat(search.patterns.flatMap((bytes) => [Buffer.from('\n'), bytes]));
  const found = new Set(foundIn(heap));
  const missing = search.variants.filter(
    ({ needle, variant }) => !found.has(`${needle}: ${variant}`),
  );
  expect(missing).toEqual([]);
  expect(search.variants.length).toBeGreaterThan(300);
  const others = new TraceSearch([{ kind: 'phone', value: '+33639981234' }], digest);
  const hits = others.hits();
  others.whole(heap, hits);
  expect(hits.list).toEqual([]);
});

test('what is cut in two by the pieces it comes in is found, and once', () => {
  const text = Buffer.from('a long way +33639980177 and +33639980177 on');
  for (let size = 1; size < text.length; size += 1) {
    const hits = search.hits();
    const look = search.pieces(hits);
    for (let at = 0; at < text.length; at += size) look(text.subarray(at, at + size));
    expect(hits.list.find(({ variant }) => variant === 'E.164, UTF-8')?.count).toBe(2);
  }
});

test('a needle too short for anything but its hashes is told', () => {
  const short = new TraceSearch([{ kind: 'name', value: 'Zoé' }, name], digest);
  expect(short.tooShort).toEqual([0]);
  const hits = short.hits();
  const written = `Zoé ${encodeURIComponent('Zoé')} ${hash('md5', 'Zoé').toString('hex')}`;
  short.whole(Buffer.from(written), hits);
  expect(hits.list).toEqual([{ needle: 0, variant: 'as it is, md5 in hex', count: 1 }]);
});

test('the search agrees with looking at every place', () => {
  const patterns = ['aaaaaaaa', 'aaaaaaaab', 'baaaaaaaa', 'abababab', 'babababab'].map((one) =>
    Buffer.from(one),
  );
  const text = Buffer.from('aaaaaaaaaababababababaaaaaaaabaaaaaaaaa');
  const found: number[] = [];
  new ByteSearch(patterns).search(text, (pattern) => found.push(pattern));
  const expected = patterns.map(
    (pattern) =>
      [...text.keys()].filter((at) => text.subarray(at, at + pattern.length).equals(pattern))
        .length,
  );
  expect(patterns.map((_, nth) => found.filter((one) => one === nth).length)).toEqual(expected);
});
