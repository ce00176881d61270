import { describe, expect, test } from '@jest/globals';
import { fromStoredMeta, type Meta, toStoredMeta } from './stored-meta.ts';

const meta = { correlationid: 'b931873f-8c00-4968-b4aa-b49acf2df1ab', causationid: 'a cause' };

test.each([
  undefined,
  '00-b931873f8c004968b4aab49acf2df1ab-fa6718fabd420f00-01',
  '00-00000000000000000000000000000001-fa6718fabd420f00-01',
])('what caused an event comes back as it was, with traceparent %s', (traceparent) => {
  const whole = traceparent === undefined ? meta : { ...meta, traceparent };
  expect(fromStoredMeta(JSON.parse(JSON.stringify(toStoredMeta(whole))) as never)).toEqual(whole);
});

test('a request that causes its own event is kept once, in half its letters', () => {
  const { correlationid } = meta;
  const traceparent = `00-${correlationid.replaceAll('-', '')}-fa6718fabd420f00-01`;
  const own = { correlationid, causationid: correlationid, traceparent };
  const stored = toStoredMeta(own);
  expect(JSON.stringify(stored).length).toBeLessThan(50);
  expect(fromStoredMeta(stored)).toEqual(own);
});

test('of the request that began its trace an event keeps the id alone', () => {
  const { correlationid } = meta;
  const traceparent = `00-${correlationid.replaceAll('-', '')}-b4aab49acf2df1ab-01`;
  const own = { correlationid, causationid: correlationid, traceparent };
  expect(fromStoredMeta(toStoredMeta(own))).toEqual(own);
  expect(JSON.stringify(toStoredMeta(own)).length).toBeLessThan(26);
});

test('ids that look like compact ones come back as they were', () => {
  for (const id of [':uTGHP4wASWi0qrSaz98q', 'ct:uTGHP4wASWi0qrSaz98qqw', '', ':', '1']) {
    const odd = { correlationid: id, causationid: `${id}x`, traceparent: id };
    expect(fromStoredMeta(JSON.parse(JSON.stringify(toStoredMeta(odd))) as never)).toEqual(odd);
  }
});

test('what earlier versions wrote is read', () => {
  const traceparent = '00-b931873f8c004968b4aab49acf2df1ab-fa6718fabd420f00-01';
  expect(fromStoredMeta([meta.correlationid, 'a cause', '-fa6718fabd420f00-01'])).toEqual({
    ...meta,
    traceparent,
  });
  expect(fromStoredMeta({ ...meta, traceparent: '00-1-2-01' })).toEqual({
    ...meta,
    traceparent: '00-1-2-01',
  });
});

describe('who acted', () => {
  const key = 'ak_0123456789abcdef0123';
  const { correlationid } = meta;
  const traceparent = `00-${correlationid.replaceAll('-', '')}-b4aab49acf2df1ab-01`;

  test.each([key, `st_${'0f'.repeat(16)}`, `st_${'0f'.repeat(14)}`, 'st_a', 'ak:AAAA', 'ak:', ''])(
    '%s comes back as it was',
    (actorid) => {
      const metas = [
        { ...meta, actorid },
        { correlationid, causationid: correlationid, traceparent, actorid },
      ];
      for (const whole of metas) {
        expect(fromStoredMeta(JSON.parse(JSON.stringify(toStoredMeta(whole))) as never)).toEqual(
          whole,
        );
      }
    },
  );

  test('costs a few letters, and where nobody did none', () => {
    const caused = { correlationid, causationid: correlationid, traceparent };
    const length = (of: Meta): number => JSON.stringify(toStoredMeta(of)).length;
    expect(length({ ...caused, actorid: undefined })).toBe(length(caused));
    expect(length({ ...caused, actorid: key }) - length(caused)).toBeLessThan(35);
  });
});
