import { describe, expect, test } from '@jest/globals';
import { everyFamily } from '../../signals/families.ts';
import { historyOf, type SignalFact } from './facts.ts';
import { lifeOf, merged, waitOf } from './waiting.ts';

const fact = (
  kind: SignalFact['kind'],
  occurredAt: number,
  messageRef?: string,
  code?: number,
): SignalFact => ({
  kind,
  occurredAt,
  messageRef,
  code,
});
const historyWith = (...facts: readonly SignalFact[]) => historyOf(facts, 10_000)!;

describe('instants of life', () => {
  const history = historyWith(
    fact('call-rang', 70),
    fact('message-delivered', 50, 'a'),
    fact('message-read', 60, 'a'),
    fact('message-sent', 1, 'a'),
    fact('inbound-message', 20),
    fact('photo-seen', 5),
    fact('call-not-ringing', 6),
  );

  test('are arrivals and other proofs, in time order', () => {
    expect(lifeOf(history, everyFamily)).toEqual([20, 50, 60, 70]);
  });

  test('are those of the families that are listened to', () => {
    expect(lifeOf(history, new Set(['inbound', 'photo']))).toEqual([20]);
    expect(lifeOf(history, new Set(['delivery']))).toEqual([50, 60]);
    expect(lifeOf(history, new Set(['call']))).toEqual([70]);
  });
});

describe('a wait', () => {
  const TTL = 1_000;
  const wait = (facts: readonly SignalFact[], life: readonly number[] = []) =>
    waitOf(historyWith(...facts).messages[0]!, life, TTL);
  const sent = fact('message-sent', 100, 'a');

  test('lasts from sending to the end of the time to live', () => {
    expect(wait([sent])).toEqual({ from: 100, until: 1_100 });
  });

  test('ends when the message arrives, or is dropped', () => {
    expect(
      wait([sent, fact('message-delivered', 300, 'a'), fact('message-read', 400, 'a')]),
    ).toEqual({ from: 100, until: 300 });
    expect(wait([sent, fact('message-dropped', 500, 'a')])).toEqual({ from: 100, until: 500 });
  });

  test.each([
    [[50], 1_100],
    [[50, 99, 101, 900], 101],
    [[10, 20, 30, 40, 250], 250],
    [[250, 260, 270, 280], 250],
    [[99], 1_100],
    [[5_000], 1_100],
  ])('ends with the first sign of life after sending (%j)', (life, until) => {
    expect(wait([sent], life)).toEqual({ from: 100, until });
  });

  test('is none where life was at the same instant', () => {
    expect(wait([sent], [100])).toBeUndefined();
    expect(wait([sent, fact('message-delivered', 100, 'a')])).toBeUndefined();
  });

  test('is none of a message that was not seen sent, or that failed', () => {
    expect(wait([fact('message-delivered', 300, 'a')])).toBeUndefined();
    expect(wait([sent, fact('message-failed', 200, 'a', 999_999)])).toBeUndefined();
    expect(wait([sent, fact('message-failed', 200, 'a', 131_026)])).toBeUndefined();
  });
});

describe('several waits', () => {
  test('that overlap are one, in any order', () => {
    const waits = [
      { from: 40, until: 60 },
      { from: 10, until: 30 },
      { from: 20, until: 25 },
      { from: 50, until: 90 },
    ];
    const one = [
      { from: 10, until: 30 },
      { from: 40, until: 90 },
    ];
    expect(merged(waits)).toEqual(one);
    expect(merged(waits.toReversed())).toEqual(one);
    expect(merged([])).toEqual([]);
  });

  test('that touch stay two', () => {
    const waits = [
      { from: 0, until: 10 },
      { from: 10, until: 20 },
    ];
    expect(merged(waits)).toEqual(waits);
  });
});
