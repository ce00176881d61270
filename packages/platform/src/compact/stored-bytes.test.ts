import { expect, test } from '@jest/globals';
import { fromStoredBytes, toStoredBytes } from './stored-bytes.ts';

const subject = 'ct_1';
const data = { contactId: subject, kind: 'message-sent', origin: 'timer' };

test.each([
  ['of a type with a list', 'SignalRecorded', data],
  ['with a field that the list has not', 'SignalRecorded', { ...data, more: 1 }],
  ['of a type without a list', 'of a plugin', { a: [1, null] }],
  ['with half a character', 'SignalRecorded', { ...data, sender: '\ud800' }],
  ['of nothing', 'SignalRecorded', {}],
])('data %s comes back', (_, type, value) => {
  expect(fromStoredBytes(toStoredBytes(type, subject, value), subject)).toEqual(value);
});

test('a list takes a fifth of the bytes, and the text of earlier versions is read', () => {
  const text = JSON.stringify(data);
  expect(toStoredBytes('SignalRecorded', subject, data).length).toBeLessThan(text.length / 5);
  expect(fromStoredBytes(Buffer.from(text), subject)).toEqual(data);
});
