import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { compact, partsOf, type CompactFact } from './compact-fact.ts';
import type { SignalFact } from '../evidence/facts.ts';
import { retainedFacts } from './retained-facts.ts';

const FIRST = 20_000;
/** The day that is closed, counted from the first: what happened on later ones is open. */
const CLOSED = 100;
const at = (day: number, hours = 9) => (FIRST + day) * DAY_MS + hours * HOUR_MS;
const fact = (
  kind: SignalFact['kind'],
  occurredAt: number,
  more: Partial<SignalFact> = {},
): SignalFact => ({ kind, occurredAt, ...more });
const status = (kind: SignalFact['kind'], occurredAt: number, messageRef = 'a', code?: number) =>
  fact(kind, occurredAt, { messageRef, ...(code === undefined ? {} : { code }) });

/** Younger facts of every kind that is asked about, so that no other is the last of its kind. */
const younger: readonly SignalFact[] = [
  status('message-sent', at(CLOSED, 20), 'last'),
  status('message-delivered', at(CLOSED, 21), 'last'),
  status('message-read', at(CLOSED, 21.5), 'last'),
  status('message-dropped', at(CLOSED, 22), 'last of those dropped'),
  fact('inbound-message', at(CLOSED, 22)),
  fact('complaint-recorded', at(CLOSED, 22)),
  fact('call-rang', at(CLOSED, 22)),
  fact('call-not-ringing', at(CLOSED, 22)),
  fact('photo-seen', at(CLOSED, 22)),
];

/** Which of some facts are retained, beside younger ones of their kinds unless said otherwise. */
const kept = (facts: readonly SignalFact[], beside: readonly SignalFact[] = younger): boolean[] => {
  const parts = [...facts, ...beside].map((one): CompactFact => partsOf(compact(one)));
  const retained = retainedFacts(parts, FIRST + CLOSED);
  return facts.map((_, nth) => retained(parts[nth]));
};

test('nothing is retained of no fact', () => {
  expect(retainedFacts([], FIRST)(undefined)).toBe(false);
});

test('of a message that none of the facts is about nothing is known', () => {
  const retained = retainedFacts([], FIRST + CLOSED);
  const about = (day: number) => partsOf(compact(status('message-sent', at(day))));
  expect([CLOSED, CLOSED + 1].map((day) => retained(about(day)))).toEqual([false, true]);
});

describe('facts of no message', () => {
  test('are retained while their day is open', () => {
    const days = [CLOSED + 1, CLOSED, CLOSED - 1];
    expect(kept(days.map((day) => fact('inbound-message', at(day, 1))))).toEqual([
      true,
      false,
      false,
    ]);
    const midnight = at(CLOSED + 1, 0);
    const calls = [midnight, midnight - 1, midnight - 2].map((one) => fact('call-rang', one));
    // The second is the last word of the closed days.
    expect(kept(calls)).toEqual([true, true, false]);
  });

  test('are retained for thirty-three days where what they told lasts', () => {
    expect(kept([32, 33].map((age) => fact('complaint-recorded', at(CLOSED - age))))).toEqual([
      true,
      false,
    ]);
    expect(
      kept([fact('photo-seen', at(CLOSED - 3)), fact('call-not-ringing', at(CLOSED - 3))]),
    ).toEqual([false, false]);
  });

  test('are retained as the last word of their kind, among closed and among open days', () => {
    const words = [
      fact('photo-missing', at(3)),
      fact('photo-missing', at(2)),
      fact('photo-missing', at(1, 3)),
    ];
    expect(kept(words)).toEqual([true, false, false]);
    const open = fact('photo-missing', at(CLOSED + 2));
    expect(kept([...words, open])).toEqual([true, false, false, true]);
  });
});

describe('what the person wrote', () => {
  const TEN_MINUTES = 10 * 60_000;
  const wroteAt = at(20);
  /** Of an answer of ours so long after it. */
  const isKept = (kind: SignalFact['kind'], afterMs: number, answersPerson?: true) => {
    const sent = status('message-sent', wroteAt + afterMs, 'answer');
    const answer = answersPerson === undefined ? sent : { ...sent, answersPerson };
    return kept([fact(kind, wroteAt), answer])[0];
  };

  test.each([-1, 0, 1, TEN_MINUTES, TEN_MINUTES + 1])(
    'is retained within ten minutes before an answer: %p ms',
    (afterMs) => {
      const isWithin = afterMs >= 0 && afterMs <= TEN_MINUTES;
      expect(isKept('inbound-message', afterMs, true)).toBe(isWithin);
    },
  );

  test('is not retained before another message, nor is another sign of life', () => {
    expect(isKept('inbound-message', 60_000)).toBe(false);
    expect(isKept('call-rang', 60_000, true)).toBe(false);
  });
});

describe('facts of a message', () => {
  test('that waits are retained for thirty-three days', () => {
    expect(
      kept([32, 33].map((age) => status('message-sent', at(CLOSED - age), `m${age}`))),
    ).toEqual([true, false]);
  });

  test('that is settled are forgotten', () => {
    const arrived = [status('message-sent', at(50)), status('message-delivered', at(50, 10))];
    expect(kept(arrived)).toEqual([false, false]);
    const dropped = [status('message-sent', at(90)), status('message-dropped', at(91))];
    expect(kept(dropped)).toEqual([false, false]);
    expect(kept([status('message-sent', at(90))])).toEqual([true]);
  });

  test('that was sent within two days are retained: it counts in their frequency', () => {
    const answered = (age: number) => [
      status('message-sent', at(CLOSED - age, 1), `m${age}`),
      status('message-delivered', at(CLOSED - age, 2), `m${age}`),
    ];
    expect(kept(answered(1))).toEqual([true, true]);
    expect(kept(answered(2))).toEqual([false, false]);
  });

  test('that is heard of on an open day are retained whole', () => {
    const late = [status('message-sent', at(40)), status('message-delivered', at(CLOSED + 1))];
    expect(kept(late)).toEqual([true, true]);
    expect(kept([late[0]!, status('message-delivered', at(CLOSED, 1))])).toEqual([false, false]);
  });

  test('of the last word of a kind are retained with it', () => {
    const last = [status('message-sent', at(40)), status('message-failed', at(41), 'a', 131_026)];
    expect(kept(last)).toEqual([true, true]);
  });

  test('are the last word of a kind by each code', () => {
    const failed = (day: number, code: number) => status('message-failed', at(day), `${day}`, code);
    expect(kept([failed(10, 131_026), failed(11, 131_026), failed(12, 131_049)])).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('an echo of a delivery', () => {
  const sentAndDelivered = [
    status('message-sent', at(CLOSED - 1, 1)),
    status('message-delivered', at(CLOSED - 1, 2)),
  ];
  const read = (hours: number, day = CLOSED - 1) => status('message-read', at(day, hours));
  const life = fact('inbound-message', at(CLOSED - 1, 12));

  test('of the same day, before a younger sign of life, is forgotten', () => {
    expect(kept([read(3), ...sentAndDelivered, life])[0]).toBe(false);
  });

  test('is retained as the youngest sign of life of its day', () => {
    expect(kept([read(3), ...sentAndDelivered])[0]).toBe(true);
    expect(kept([read(12), ...sentAndDelivered, life])[0]).toBe(true);
  });

  test('is retained before what is no sign of life', () => {
    const complaint = fact('complaint-recorded', at(CLOSED - 1, 12));
    expect(kept([read(3), ...sentAndDelivered, complaint])[0]).toBe(true);
  });

  test('is none where it is of no message', () => {
    expect(kept([fact('message-read', at(50))])).toEqual([false]);
  });

  test('is retained on another day than the delivery', () => {
    const onDay = fact('inbound-message', at(CLOSED, 12));
    expect(kept([read(3, CLOSED), ...sentAndDelivered, onDay])[0]).toBe(true);
  });

  test('is none without a delivery, and a delivery is none', () => {
    expect(kept([read(3), sentAndDelivered[0]!, life])[0]).toBe(true);
    expect(kept([sentAndDelivered[1]!, sentAndDelivered[0]!, life])[0]).toBe(true);
  });
});

describe('after a change of number', () => {
  const changed = (day: number) => fact('number-changed', at(day));

  test('what was under way to the number before is retained for sixty-four days', () => {
    const sent = [63, 64].map((age) => status('message-sent', at(CLOSED - age), `m${age}`));
    expect(kept([...sent, changed(CLOSED - 5)])).toEqual([true, false, true]);
    expect(kept(sent)).toEqual([false, false]);
  });

  test('what was settled before is not, nor what was sent after it', () => {
    const settled = [status('message-sent', at(50)), status('message-delivered', at(51))];
    expect(kept([...settled, changed(CLOSED - 5)]).slice(0, 2)).toEqual([false, false]);
    expect(kept([status('message-sent', at(60)), changed(55)])).toEqual([false, true]);
  });

  test('what was sent at the very instant of the change is the new number’s', () => {
    const sent = (ms: number) => status('message-sent', at(50) + ms);
    expect(kept([sent(0), fact('number-changed', at(50))])).toEqual([false, true]);
    expect(kept([sent(-1), fact('number-changed', at(50))])).toEqual([true, true]);
  });

  test('the last change counts', () => {
    expect(kept([changed(80), status('message-sent', at(60)), changed(50)])[1]).toBe(true);
    expect(kept([changed(50), status('message-sent', at(60)), changed(80)])[1]).toBe(true);
  });
});

describe('beside younger facts of open days', () => {
  const open = [
    ...younger,
    status('message-sent', at(CLOSED + 5, 1), 'young'),
    status('message-delivered', at(CLOSED + 5, 2), 'young'),
    fact('inbound-message', at(CLOSED + 5)),
    fact('call-rang', at(CLOSED + 5)),
  ];

  test('each fact of an open day is retained, and none of the last day that is closed', () => {
    const days = [CLOSED + 2, CLOSED + 1, CLOSED];
    expect(
      kept(
        days.map((day) => fact('inbound-message', at(day))),
        open,
      ),
    ).toEqual([true, true, false]);
    expect(
      kept(
        days.map((day) => fact('call-rang', at(day))),
        open,
      ),
    ).toEqual([true, true, false]);
  });

  test('a message that is heard of on one is retained whole, from its first status to its last', () => {
    const message = (day: number) => [
      status('message-sent', at(40)),
      status('message-delivered', at(day)),
    ];
    expect(kept(message(CLOSED + 1), open)).toEqual([true, true]);
    expect(kept(message(CLOSED), open)).toEqual([false, false]);
    expect(kept(message(CLOSED + 1).toReversed(), open)).toEqual([true, true]);
  });

  test('the last word of a kind is one of the closed days, and one of the open', () => {
    const failed = (day: number, code: number) =>
      status('message-failed', at(day), `${day}/${code}`, code);
    const words = [
      failed(10, 1),
      failed(11, 1),
      failed(11, 2),
      failed(10, 64),
      failed(12, 64),
      failed(9, 65),
    ];
    expect(kept(words, open)).toEqual([false, true, true, false, true, true]);
    // Each kind has its own, among the closed days and among the open.
    const photos = ['photo-seen', 'photo-missing', 'presence-seen', 'presence-missing'] as const;
    const each = photos.flatMap((kind) => [fact(kind, at(10)), fact(kind, at(CLOSED + 1))]);
    expect(kept(each, [])).toEqual(each.map(() => true));
    const same = fact('photo-missing', at(3));
    expect(kept([same, fact('photo-missing', at(3))], open)).toEqual([false, true]);
  });
});
