import { expect, test } from '@jest/globals';
import { isStorable, parseForeignJson, utf8Of } from './json-texts.ts';

test.each([
  [String.raw`{"a":["\u0000"]}`, false],
  [String.raw`{"\u0000":1}`, false],
  [String.raw`"\uD800"`, false],
  [String.raw`"\udc00\ud800"`, false],
  [String.raw`"\ud83d\ude00"`, true],
  [String.raw`"a backslash, then u0000: \\u0000"`, true],
  ['[null, 1, true, "é"]', true],
])('%s can be stored: %s', (json, expected) => {
  expect(isStorable(json, JSON.parse(json))).toBe(expected);
});

test('a value as deep as a line of an import can be is looked through', () => {
  const deep = (text: string) => `${'['.repeat(30_000)}"${text}"${']'.repeat(30_000)}`;
  const [bad, good] = [deep(String.raw`\u0000`), deep(String.raw`\ud83d\ude00`)];
  expect(isStorable(bad, JSON.parse(bad))).toBe(false);
  expect(isStorable(good, JSON.parse(good))).toBe(true);
});

test('a foreign body keeps everything but the odd characters', () => {
  const json = String.raw`{"id":1,"type":"te\u0000xt","list":["\ud800",{"\u0000k":null}],"ok":"\ud83d\ude00"}`;
  expect(parseForeignJson(Buffer.from(json))).toEqual({
    id: 1,
    type: 'te\uFFFDxt',
    list: ['\uFFFD', { '\uFFFDk': null }],
    ok: '\u{1F600}',
  });
  expect(() => parseForeignJson(Buffer.from('{'))).toThrow();
});

test('bytes that are not UTF-8 are no text', () => {
  expect(utf8Of(Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined();
  expect(utf8Of(Buffer.from('é'))).toBe('é');
});
