import { expect, test } from '@jest/globals';
import { showsNone } from './outbound.ts';

const messageRef = 'mr_1';

test('what was no message is told of one that has a name, and by its kind alone', () => {
  expect(showsNone({ kind: 'reaction-sent', messageRef })).toBe(true);
  expect(showsNone({ kind: 'reaction-sent' })).toBe(false);
  expect(showsNone({ kind: 'message-sent', messageRef })).toBe(false);
});
