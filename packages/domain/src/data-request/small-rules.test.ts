import { describe, expect, test } from '@jest/globals';
import { DAY_MS, type IdentityProof } from '@tact/contracts';
import { kindOfProof, lackingProofs } from './assurance.ts';
import { type Claim, waitsFor, YIELD_MS } from './claims.ts';
import { answerTo, CODE_LIFE_MS, CODE_MISSES_MAX, CODES_A_DAY_MAX } from './code-attempts.ts';
import { warningAt } from './due-warnings.ts';

const now = new Date('2026-11-20T10:00:00Z');
const at = (ms: number) => new Date(now.getTime() + ms);

describe('how much must be shown of who asks', () => {
  const code = { kind: 'code', channel: 'email', codeId: 'c' } as const satisfies IdentityProof;
  const seen = { kind: 'evidence', method: 'in-person', reference: 'desk' } as const;
  const shown = { proofs: [kindOfProof(code)], verifiedAt: undefined, now };

  test('an objection and a withdrawal take nothing', () => {
    expect(lackingProofs({ ...shown, proofs: [], right: 'objection' })).toBe(0);
    expect(lackingProofs({ ...shown, proofs: [], right: 'withdrawal' })).toBe(0);
  });

  test.each(['erasure', 'rectification', 'restriction', 'human-review'] as const)(
    '%s takes a code',
    (right) => {
      expect(lackingProofs({ ...shown, proofs: [], right })).toBe(1);
      expect(lackingProofs({ ...shown, right })).toBe(0);
      expect(lackingProofs({ ...shown, proofs: ['a', 'b', 'c'], right })).toBe(0);
    },
  );

  test.each(['access', 'portability'] as const)('%s takes two where nobody is known', (right) => {
    expect(lackingProofs({ ...shown, proofs: [], right })).toBe(2);
    expect(lackingProofs({ ...shown, right })).toBe(1);
    expect(lackingProofs({ ...shown, proofs: [kindOfProof(code), kindOfProof(seen)], right })).toBe(
      0,
    );
  });

  test('on the ninetieth day since the last proof one is enough, and a millisecond later it is not', () => {
    const of = (verifiedAt: Date) => lackingProofs({ ...shown, right: 'access', verifiedAt });
    expect(of(at(-90 * DAY_MS))).toBe(0);
    expect(of(at(-90 * DAY_MS - 1))).toBe(1);
  });

  test('the same door opened twice is one proof', () => {
    expect(kindOfProof(code)).toBe('code-email');
    expect(kindOfProof({ ...code, channel: 'whatsapp' })).toBe('code-whatsapp');
    expect(kindOfProof(seen)).toBe('evidence-in-person');
    expect(lackingProofs({ ...shown, proofs: ['code-email', 'code-email'], right: 'access' })).toBe(
      1,
    );
  });
});

describe('a code', () => {
  const code = { misses: 0, expiresAt: at(1), usedAt: null };

  test('opens once, before it expires', () => {
    expect(answerTo(code, true, now)).toBe('accepted');
    expect(answerTo(code, false, now)).toBe('missed');
    expect(answerTo({ ...code, usedAt: now }, true, now)).toBe('dead');
    expect(answerTo({ ...code, expiresAt: now }, true, now)).toBe('dead');
    expect(answerTo(undefined, true, now)).toBe('dead');
  });

  test('opens nothing after five wrong ones', () => {
    expect(answerTo({ ...code, misses: CODE_MISSES_MAX - 1 }, true, now)).toBe('accepted');
    expect(answerTo({ ...code, misses: CODE_MISSES_MAX }, true, now)).toBe('dead');
    expect(answerTo({ ...code, misses: 50 }, true, now)).toBe('dead');
    expect([CODE_MISSES_MAX, CODES_A_DAY_MAX, CODE_LIFE_MS]).toEqual([5, 5, 1_800_000]);
  });
});

describe('the order among requests of one person', () => {
  const claim = (more: Partial<Claim>): Claim => ({
    requestId: 'dr_b',
    right: 'erasure',
    receivedAt: now,
    verifiedAt: now,
    isHeld: false,
    ...more,
  });
  const access = (more: Partial<Claim>) => claim({ requestId: 'dr_a', right: 'access', ...more });

  test('whoever is alone begins, and nobody before it is proven who asks', () => {
    expect(waitsFor(claim({}), [], now)).toBeUndefined();
    expect(waitsFor(claim({ verifiedAt: null }), [], now)).toBe(true);
  });

  test('an access that was asked for first goes first, and so does an erasure', () => {
    const earlier = at(-1);
    expect(waitsFor(claim({}), [access({ receivedAt: earlier })], now)).toBe(true);
    expect(waitsFor(access({}), [claim({ receivedAt: earlier })], now)).toBe(true);
    expect(waitsFor(claim({ receivedAt: earlier }), [access({})], now)).toBeUndefined();
    expect(waitsFor(access({ receivedAt: earlier }), [claim({})], now)).toBeUndefined();
  });

  test('of the same instant one of them is first, whichever asks', () => {
    expect(waitsFor(access({}), [claim({})], now)).toBeUndefined();
    expect(waitsFor(claim({}), [access({})], now)).toBe(true);
  });

  test('what has begun is ended first, whenever it was asked', () => {
    expect(waitsFor(claim({}), [access({ receivedAt: at(1), isHeld: true })], now)).toBe(true);
  });

  test('an erasure waits a day for an earlier request that nobody has proven, and no other right does', () => {
    const unproven = access({ receivedAt: at(-1), verifiedAt: null });
    expect(waitsFor(claim({}), [unproven], now)).toEqual(at(YIELD_MS));
    expect(waitsFor(claim({}), [unproven], at(YIELD_MS - 1))).toEqual(at(YIELD_MS));
    expect(waitsFor(claim({}), [unproven], at(YIELD_MS))).toBeUndefined();
    expect(waitsFor(claim({ right: 'access' }), [unproven], now)).toBeUndefined();
    expect(waitsFor(claim({}), [{ ...unproven, receivedAt: at(1) }], now)).toBeUndefined();
    expect(YIELD_MS).toBe(DAY_MS);
  });
});

describe('a person is told 14, 7 and 2 days before', () => {
  const due = at(20 * DAY_MS);
  test.each([
    [0, undefined, 6],
    [6 * DAY_MS - 1, undefined, 6],
    [6 * DAY_MS, 14, 13],
    [13 * DAY_MS, 7, 18],
    [18 * DAY_MS, 2, undefined],
    [30 * DAY_MS, 2, undefined],
  ])('%s ms after its receipt', (ms, days, nextDay) => {
    const nextAt = nextDay === undefined ? {} : { nextAt: at(nextDay * DAY_MS) };
    expect(warningAt(due, at(ms))).toStrictEqual({
      ...(days === undefined ? {} : { days }),
      ...nextAt,
    });
  });
});
