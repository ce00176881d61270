import { describe, expect, test } from '@jest/globals';
import { SignalKind } from '@tact/contracts';
import { mayCarryWish } from './kinds.ts';
import { signalOfWords, wishOf } from './wishes.ts';

/** WhatsApp's code of a person who stopped marketing messages. */
const OPTED_OUT = 131_050;
const stopped = { asks: 'stop', scope: 'marketing', ground: 'marketing-opt-out-code' };

describe('a person’s wish', () => {
  test('is to stop marketing, where she turned it off', () => {
    expect(wishOf({ kind: 'marketing-opt-out' })).toEqual({
      asks: 'stop',
      scope: 'marketing',
      ground: 'marketing-preference',
    });
  });

  test('is to stop everything, where she wrote the word', () => {
    expect(wishOf({ kind: 'marketing-opt-out', inboundType: 'stop-word' })).toEqual({
      asks: 'stop',
      scope: 'everything',
      ground: 'stop-word',
    });
  });

  test('is to stop marketing, where it is in doubt whether she wrote the word', () => {
    expect(wishOf({ kind: 'marketing-opt-out', inboundType: 'doubtful-stop-word' })).toEqual({
      asks: 'stop',
      scope: 'marketing',
      ground: 'doubtful-stop-word',
    });
  });

  test('is to hear from us again, where she wrote that word', () => {
    expect(wishOf({ kind: 'marketing-opt-in', inboundType: 'start-word' })).toEqual({
      asks: 'resume',
      scope: 'everything',
      ground: 'start-word',
    });
  });

  test.each(['stop-word', 'doubtful-stop-word', 'start-word'] as const)(
    'in words is recorded as a signal that wishes it: %s',
    (words) => {
      const signal = signalOfWords(words);
      expect(signal.inboundType).toBe(words);
      expect(wishOf(signal)?.ground).toBe(words);
    },
  );

  test('is never read out of a word that stands beside another kind', () => {
    expect(wishOf({ kind: 'marketing-opt-in', inboundType: 'stop-word' })?.asks).toBe('resume');
    expect(wishOf({ kind: 'inbound-message', inboundType: 'stop-word' })).toBeUndefined();
    for (const inboundType of ['constructor', 'text', '']) {
      expect(wishOf({ kind: 'marketing-opt-out', inboundType })?.scope).toBe('marketing');
    }
  });

  test('is to resume marketing, where she turned it on again', () => {
    expect(wishOf({ kind: 'marketing-opt-in' })).toEqual({
      asks: 'resume',
      scope: 'marketing',
      ground: 'marketing-preference',
    });
  });

  test('is told by the code of a failure, and by no other code', () => {
    expect(wishOf({ kind: 'message-failed', code: OPTED_OUT })).toEqual(stopped);
    expect(wishOf({ kind: 'message-failed', code: 131_026 })).toBeUndefined();
    expect(wishOf({ kind: 'message-failed' })).toBeUndefined();
  });

  test('is told by three kinds alone', () => {
    const telling = SignalKind.options.filter((kind) => wishOf({ kind, code: OPTED_OUT }));
    expect(telling).toEqual(['message-failed', 'marketing-opt-out', 'marketing-opt-in']);
  });

  test('is heard while its code floods the tenant, because it may be the person', () => {
    const reported = { kind: 'message-failed', code: OPTED_OUT } as const;
    expect(wishOf(reported)).toEqual(stopped);
    const flooding = { ...reported, effectSuspended: true };
    expect(wishOf(flooding)).toEqual(stopped);
  });
});

test('the kinds in which one is looked for are all that can carry one, and no other', () => {
  const words = [undefined, 'stop-word', 'doubtful-stop-word', 'start-word'];
  const carries = (kind: SignalKind) =>
    words.some((inboundType) =>
      [undefined, OPTED_OUT].some(
        (code) =>
          wishOf({
            kind,
            ...(inboundType === undefined ? {} : { inboundType }),
            ...(code === undefined ? {} : { code }),
          }) !== undefined,
      ),
    );
  expect([...mayCarryWish]).toEqual(SignalKind.options.filter(carries));
});
