import { describe, expect, test } from '@jest/globals';
import { SignalKind } from '@tact/contracts';
import { compact, eachOf, expanded, holds, kindOf, partsOf } from './compact-fact.ts';
import type { SignalFact } from '../evidence/facts.ts';

const second = Date.UTC(2026, 0, 5, 8, 30, 15);
const fact = (more: Partial<SignalFact>): SignalFact => ({
  kind: 'inbound-message',
  occurredAt: second,
  ...more,
});
const lengthOf = (more: Partial<SignalFact>) => compact(fact(more)).length;

describe('the text of a fact', () => {
  test('takes five letters for a whole second from 2010 on, seven for anything else', () => {
    expect(lengthOf({})).toBe(1 + 5);
    expect(lengthOf({ occurredAt: second + 1 })).toBe(1 + 7);
    expect(lengthOf({ occurredAt: Date.UTC(2010, 0, 1) })).toBe(1 + 5);
    expect(lengthOf({ occurredAt: Date.UTC(2010, 0, 1) - 1000 })).toBe(1 + 7);
    const lastSecond = Date.UTC(2010, 0, 1) + (64 ** 5 - 1) * 1000;
    expect(lengthOf({ occurredAt: lastSecond })).toBe(1 + 5);
    expect(lengthOf({ occurredAt: lastSecond + 1000 })).toBe(1 + 7);
  });

  test('takes six for a message and three for a code', () => {
    expect(lengthOf({ messageRef: 'mr_1' })).toBe(1 + 5 + 6);
    expect(lengthOf({ code: 131_026 })).toBe(1 + 5 + 3);
    expect(lengthOf({ messageRef: 'mr_1', code: 131_026 })).toBe(1 + 5 + 6 + 3);
    expect(lengthOf({ occurredAt: second + 1, messageRef: 'mr_1', code: 131_026 })).toBe(
      1 + 7 + 6 + 3,
    );
  });

  test('has a sign of its own for every kind, for ever', () => {
    const signs = SignalKind.options.map((kind) => compact(fact({ kind }))[0]);
    expect(new Set(signs).size).toBe(SignalKind.options.length);
    expect(compact(fact({ kind: 'message-sent' }))).toBe(' eHjuX');
    expect(compact(fact({ kind: 'number-changed' }))[0]).toBe('^');
  });

  test('tells one message from another, and knows it again', () => {
    const refOf = (messageRef: string) => partsOf(compact(fact({ messageRef })))[2];
    const refs = ['mr_1', 'mr_2', 'mr_11', 'rm_1', 'mr_1 ', ''].map(refOf);
    expect(new Set(refs).size).toBe(refs.length);
    expect(refOf('mr_1')).toBe(refs[0]);
    // One far from the beginning and one at the end must count: thousands of references of one length differ.
    const many = Array.from({ length: 5_000 }, (_, nth) =>
      refOf(`wamid.HBgL${nth.toString(36).padStart(24, 'A')}`),
    );
    expect(new Set(many).size).toBe(many.length);
  });
});

describe('a fact that is read again', () => {
  const again = (more: Partial<SignalFact>) => expanded(partsOf(compact(fact(more))));

  test.each(SignalKind.options)('is of its kind: %s', (kind) => {
    const parts = partsOf(compact(fact({ kind })));
    expect(kindOf(parts)).toBe(kind);
    expect(again({ kind })).toEqual({
      kind,
      occurredAt: second,
      messageRef: undefined,
      code: undefined,
    });
  });

  test('has its instant, and its code', () => {
    expect(again({ occurredAt: second + 7 }).occurredAt).toBe(second + 7);
    expect(again({ code: 131_026 })).toMatchObject({ code: 131_026, messageRef: undefined });
    expect(again({ code: 0 }).code).toBe(0);
    const whole = again({ messageRef: 'mr_1', code: 131_050, occurredAt: second + 7 });
    expect(whole).toMatchObject({ occurredAt: second + 7, code: 131_050 });
    expect(whole.messageRef).toHaveLength(6);
  });

  test.each([64 ** 3 - 1, 64 ** 3, -1, 1.5])('has the code of nobody for %f', (code) => {
    expect(again({ code }).code).toBe(64 ** 3 - 1);
  });

  test('keeps the last code that can be told', () => {
    expect(again({ code: 64 ** 3 - 2 }).code).toBe(64 ** 3 - 2);
  });
});

describe('facts in one text', () => {
  const [one, other] = [
    compact(fact({})),
    compact(fact({ kind: 'message-sent', messageRef: 'mr_1' })),
  ];

  test('are taken apart again', () => {
    expect(eachOf('')).toEqual([]);
    expect(eachOf(one)).toEqual([one]);
    expect(eachOf(one + other + one)).toEqual([one, other, one]);
  });

  test('hold a fact wherever it stands, and not as the beginning of a longer one', () => {
    expect([
      holds(one + other, one),
      holds(other + one, one),
      holds(other, one),
      holds('', one),
    ]).toEqual([true, true, false, false]);
    const longer = compact(fact({ code: 5 }));
    expect(holds(longer, one)).toBe(false);
    expect(holds(longer + one, one)).toBe(true);
    expect(holds(longer + longer + other, one)).toBe(false);
  });
});
