import { expect, test } from '@jest/globals';
import { fromStoredMeta, toStoredMeta } from './stored-meta.ts';

const meta = { correlationid: 'b931873f-8c00-4968-b4aa-b49acf2df1ab', causationid: 'a cause' };

test.each([
  undefined,
  '00-b931873f8c004968b4aab49acf2df1ab-fa6718fabd420f00-01',
  '00-00000000000000000000000000000001-fa6718fabd420f00-01',
])('what caused an event comes back as it was, with traceparent %s', (traceparent) => {
  const whole = traceparent === undefined ? meta : { ...meta, traceparent };
  expect(fromStoredMeta(JSON.parse(JSON.stringify(toStoredMeta(whole))) as never)).toEqual(whole);
});

test('what an earlier version wrote is read', () => {
  expect(fromStoredMeta({ ...meta, traceparent: '00-1-2-01' })).toEqual({
    ...meta,
    traceparent: '00-1-2-01',
  });
});
