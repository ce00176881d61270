import { describe, expect, test } from '@jest/globals';
import { erased } from '@tact/contracts';
import { contactPolicyDecider } from './contact-policy.ts';
import { countedTogether } from './outbound.ts';
import type { ConsentEntry, ContactPolicyState, Suppressions } from './policy-state.ts';
import { stricterOf } from './stricter.ts';
import { unreadableRefusalAt } from './suppression.ts';
import { carriedOf, stateTakenOver } from './taken-over.ts';

const mergedAt = '2026-11-20T10:00:00.000Z';
const day = (n: number): string => `2026-11-${String(n).padStart(2, '0')}T00:00:00.000Z`;
const given = (n: number, more: Partial<ConsentEntry> = {}): ConsentEntry => ({
  state: 'given',
  at: day(n),
  ...more,
});
const withdrawn = (n: number, more: Partial<ConsentEntry> = {}): ConsentEntry => ({
  state: 'withdrawn',
  at: day(n),
  ...more,
});
const consenting = (entry: ConsentEntry | undefined): ContactPolicyState => ({
  ...contactPolicyDecider.initial(),
  consents: entry === undefined ? {} : { 'marketing/whatsapp': entry },
});
const alone = (n: number, more: Partial<ConsentEntry> = {}) =>
  given(n, { ofOneAlone: true, ...more });
const atMerge = (more: Partial<ConsentEntry> = {}): ConsentEntry => ({
  state: 'given',
  at: mergedAt,
  ofOneAlone: true,
  ...more,
});

describe('what two contacts said on one purpose and channel', () => {
  test.each<[string, ConsentEntry | undefined, ConsentEntry | undefined, ConsentEntry]>([
    ['both agreed: since the earlier of the two', given(3), given(7), given(3)],
    ['agreed at the very merge', given(3), { state: 'given', at: mergedAt }, given(3)],
    ['one alone agreed', given(3), undefined, atMerge()],
    [
      'one alone agreed, and withdrew long before',
      given(3, { withdrawnAt: day(1) }),
      undefined,
      atMerge({ withdrawnAt: day(1) }),
    ],
    ['one dated it ahead', given(3), given(25), alone(25)],
    ['one is known to have agreed alone before', given(3), alone(5), atMerge()],
    ['one withdrew: from the later word on', given(9), withdrawn(4), withdrawn(9)],
    ['one withdrew and the other said nothing', undefined, withdrawn(4), withdrawn(4)],
    [
      'the later withdrawal of both is kept',
      given(9, { withdrawnAt: day(2) }),
      given(8, { withdrawnAt: day(3) }),
      given(8, { withdrawnAt: day(3) }),
    ],
    [
      'the proof of one cannot be read',
      given(3, { unreadable: true }),
      given(7),
      given(3, { unreadable: true }),
    ],
    ['a witness heard one of them', given(3, { witnessedAt: day(3) }), given(7), given(3)],
    [
      'witnesses heard both: the earlier counts',
      given(3, { witnessedAt: day(3) }),
      given(7, { witnessedAt: day(7) }),
      given(3, { witnessedAt: day(3) }),
    ],
  ])('%s', (_, one, two, expected) => {
    for (const [own, other] of [
      [one, two],
      [two, one],
    ]) {
      const { consents } = stricterOf(consenting(own), consenting(other), mergedAt);
      expect(consents).toStrictEqual({ 'marketing/whatsapp': expected });
    }
  });

  test('nothing was said of is nothing', () => {
    const none = contactPolicyDecider.initial();
    expect(stricterOf(none, none, mergedAt)).toEqual(none);
  });
});

describe('what two contacts refused', () => {
  const refusing = (suppressions: Suppressions): ContactPolicyState => ({
    ...contactPolicyDecider.initial(),
    suppressions,
  });
  const since = (n: number, liftedOn = {}) => ({ suppressedAt: day(n), liftedOn });

  test.each<[string, Suppressions, Suppressions, Suppressions]>([
    ['one alone', { marketing: since(3) }, {}, { marketing: since(3) }],
    [
      'both, as the later was said',
      { marketing: { ...since(3), ground: 'stop-word' } },
      { marketing: { ...since(5), ground: 'objection' } },
      { marketing: { ...since(5), ground: 'objection' } },
    ],
    [
      'one alone, as it was said, and the other never',
      { marketing: { ...since(3), ground: 'stop-word' } },
      {},
      { marketing: { ...since(3), ground: 'stop-word' } },
    ],
    [
      'both, since the later',
      { everything: since(3) },
      { everything: since(5) },
      { everything: since(5) },
    ],
    [
      'open again where both are',
      { everything: since(3, { whatsapp: day(4), email: day(4) }) },
      { everything: since(5, { whatsapp: day(6) }) },
      { everything: since(5, { whatsapp: day(6) }) },
    ],
    [
      'refused by neither, and open again on a channel',
      { everything: { suppressedAt: undefined, liftedOn: { whatsapp: day(9) } } },
      {},
      { everything: { suppressedAt: undefined, liftedOn: { whatsapp: day(9) } } },
    ],
    [
      'never refused by one, and open again by the other',
      { everything: { suppressedAt: undefined, liftedOn: { whatsapp: day(9) } } },
      { everything: since(5, { whatsapp: day(6) }) },
      { everything: since(5, { whatsapp: day(9) }) },
    ],
  ])('%s', (_, one, two, expected) => {
    for (const [own, other] of [
      [one, two],
      [two, one],
    ]) {
      const { suppressions } = stricterOf(refusing(own ?? {}), refusing(other ?? {}), mergedAt);
      expect(suppressions).toStrictEqual(expected);
    }
  });
});

test('of thousands of messages the newest of each sort are kept, in their order', () => {
  const many = (isFree: boolean, from: number) =>
    Array.from({ length: 80 }, (_, nth) => ({ atMs: from + nth, messageRef: undefined, isFree }));
  const together = countedTogether(
    [...many(true, 0), ...many(false, 500)],
    [...many(false, 100), ...many(true, 900)],
  );
  expect(together).toHaveLength(200);
  expect(together.map(({ atMs }) => atMs)).toEqual(
    together.map(({ atMs }) => atMs).toSorted((a, b) => a - b),
  );
  expect(together.filter(({ isFree }) => isFree)[0]?.atMs).toBe(60);
  expect(together.filter(({ isFree }) => !isFree)[0]?.atMs).toBe(160);
});

test('how a refusal was said is carried with it', () => {
  const suppressions: Suppressions = {
    everything: { suppressedAt: day(3), liftedOn: {}, ground: 'stop-word' },
    marketing: { suppressedAt: day(4), liftedOn: { whatsapp: day(5) } },
  };
  const carried = carriedOf({ ...contactPolicyDecider.initial(), suppressions });
  expect(carried.suppressions).toStrictEqual([
    { scope: 'everything', ground: 'stop-word', at: day(3), liftedOn: [] },
    { scope: 'marketing', at: day(4), liftedOn: [{ channel: 'whatsapp', at: day(5) }] },
  ]);
  expect(stateTakenOver(carried).suppressions).toStrictEqual(suppressions);
});

test('refusals that cannot be read any more stand, of everything and for ever', () => {
  const carried = carriedOf(contactPolicyDecider.initial());
  const lost = { ...carried, suppressions: erased as never };
  expect(stateTakenOver(lost).suppressions).toStrictEqual({
    everything: { suppressedAt: unreadableRefusalAt, liftedOn: {} },
  });
});

test('what is taken over is one event of the contact that takes over', () => {
  const carried = carriedOf(contactPolicyDecider.initial());
  expect(carried).toStrictEqual({ suppressions: [], consents: [], messages: [] });
  const data = {
    contactId: 'ct_1',
    otherContactId: 'ct_2',
    because: 'merge',
    at: mergedAt,
  } as const;
  const command = { kind: 'take-over', ...data, ...carried } as const;
  expect(contactPolicyDecider.decide(command, contactPolicyDecider.initial())).toEqual([
    { type: 'PolicyTakenOver', data: { ...data, ...carried } },
  ]);
  expect(stateTakenOver(carried).timeZone).toBeUndefined();
});
