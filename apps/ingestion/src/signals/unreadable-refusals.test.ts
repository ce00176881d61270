import { describe, expect, test } from '@jest/globals';
import { SignalLine } from '@tact/contracts';
import { unreadableRefusal } from './unreadable-refusals.ts';

const line = (contact: object, kind = 'marketing-opt-out') =>
  SignalLine.parse({ id: 'line', kind, occurredAt: '2026-11-19T10:00:00Z', contact });

describe('a refusal of a line', () => {
  test.each(['06 39 98 09 90', '+12', '0000000000'])(
    'under %s is refused with a sentence',
    (phone) => {
      const message: unknown = expect.stringMatching(/^The phone .*\.$/);
      expect(unreadableRefusal(line({ phone: phone.padEnd(4, '3') }))).toEqual({
        errors: [{ pointer: '/contact/phone', message }],
      });
    },
  );

  test('under a number that can be somebody’s is taken', () => {
    expect(unreadableRefusal(line({ phone: '+33 6 39 98 09 90' }))).toBeUndefined();
    expect(unreadableRefusal(line({ email: 'a@b.fr' }))).toBeUndefined();
  });

  test('alone is refused so: what is only observed finds nobody', () => {
    expect(
      unreadableRefusal(line({ phone: '06 39 98 09 90' }, 'message-delivered')),
    ).toBeUndefined();
  });
});
