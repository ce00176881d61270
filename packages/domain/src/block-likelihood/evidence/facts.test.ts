import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import {
  changesNumber,
  emptyHistory,
  familiesOf,
  fateOf,
  hasEvidence,
  historyOf,
  instantsOf,
  type SignalFact,
} from './facts.ts';

const AS_OF = 1_000;
const fact = (
  kind: SignalFact['kind'],
  occurredAt: number,
  more: Partial<SignalFact> = {},
): SignalFact => ({
  kind,
  occurredAt,
  ...more,
});
const status = (kind: SignalFact['kind'], occurredAt: number, messageRef = 'a', code?: number) =>
  fact(kind, occurredAt, { messageRef, ...(code === undefined ? {} : { code }) });
const messagesOf = (...facts: readonly SignalFact[]) => historyOf(facts, AS_OF)?.messages;

describe('a message', () => {
  test('has the earliest instant of each of its statuses, in any order', () => {
    const facts = [
      status('message-read', 30),
      status('message-delivered', 25),
      status('message-sent', 12),
      status('message-delivered', 20),
      status('message-sent', 10),
      status('message-sent', 11),
      status('message-dropped', 90),
      status('message-dropped', 80),
      status('message-failed', 70, 'a', 131_026),
      status('message-failed', 60, 'a', 131_049),
      status('message-failed', 65, 'a', 131_049),
    ];
    for (const order of [facts, facts.toReversed()]) {
      const [message, ...others] = messagesOf(...order) ?? [];
      expect(others).toEqual([]);
      expect(message).toMatchObject({ sentAt: 10, failedAt: 60, droppedAt: 80 });
      expect(message?.arrivals).toEqual(
        new Map([
          ['message-delivered', 20],
          ['message-read', 30],
        ]),
      );
      expect(message?.codes).toEqual(new Set([131_026, 131_049]));
    }
  });

  test('is one for each reference', () => {
    expect(
      messagesOf(status('message-sent', 1), status('message-sent', 2, 'b'))?.map(
        ({ sentAt }) => sentAt,
      ),
    ).toEqual([1, 2]);
  });

  test('that failed without a reference is one for each instant and code', () => {
    const failed = (at: number, code: number) => fact('message-failed', at, { code });
    const messages = messagesOf(
      failed(1, 131_026),
      failed(1, 131_026),
      failed(1, 131_049),
      failed(2, 131_026),
    );
    expect(messages?.map(({ failedAt }) => failedAt)).toEqual([1, 1, 2]);
  });

  test('without a reference is known by its instant alone', () => {
    const history = historyOf([fact('message-delivered', 5), fact('message-delivered', 5)], AS_OF);
    expect(history?.messages).toEqual([]);
    expect(history?.others.get('message-delivered')).toEqual({ family: 'delivery', instants: [5] });
  });
});

describe('what became of a message', () => {
  const fate = (...facts: readonly SignalFact[]) => fateOf(messagesOf(...facts)![0]!);

  test('is told by proofs of arrival before all, then by what codes say', () => {
    expect(fate(status('message-sent', 1))).toBe('waiting');
    expect(fate(status('message-delivered', 1), status('message-failed', 2, 'a', 131_026))).toBe(
      'arrived',
    );
    expect(fate(status('message-failed', 2, 'a', 131_026))).toBe('unreachable');
    expect(fate(status('message-failed', 2, 'a', 999_999))).toBe('censored');
    expect(fate(status('message-failed', 2))).toBe('censored');
    expect(
      fate(status('message-failed', 2, 'a', 999_999), status('message-failed', 3, 'a', 131_026)),
    ).toBe('unreachable');
  });

  test('may carry an opt-out or a warning in any of its codes', () => {
    const [message] = messagesOf(
      status('message-failed', 2, 'a', 131_026),
      status('message-failed', 3, 'a', 131_050),
    )!;
    expect(hasEvidence(message!, 'opt_out')).toBe(true);
    expect(hasEvidence(message!, 'risk_factor')).toBe(false);
    const [other] = messagesOf(status('message-failed', 2, 'a', 131_056))!;
    expect(hasEvidence(other!, 'opt_out')).toBe(false);
  });
});

describe('a history', () => {
  test('of nothing is none', () => {
    expect(historyOf([], AS_OF)).toBeUndefined();
    expect(historyOf([fact('inbound-message', AS_OF + 1)], AS_OF)).toBeUndefined();
    expect(emptyHistory(7)).toEqual({
      startAt: 7,
      messages: [],
      others: new Map(),
      families: new Set(),
    });
  });

  test('holds what happened up to its instant, itself included, each instant of a kind once', () => {
    const facts = [AS_OF, 3, 3, AS_OF + 1].map((at) => fact('inbound-message', at));
    const history = historyOf([...facts, fact('call-rang', 9)], AS_OF);
    expect(history).toMatchObject({ startAt: 3, families: new Set(['inbound', 'call']) });
    expect(history?.others).toEqual(
      new Map([
        ['inbound-message', { family: 'inbound', instants: [AS_OF, 3] }],
        ['call-rang', { family: 'call', instants: [9] }],
      ]),
    );
    expect(instantsOf(history!, 'wrote')).toEqual([AS_OF, 3]);
    expect(instantsOf(history!, 'complaint')).toEqual([]);
  });

  test('begins with the first fact that says something of the person', () => {
    const neutral = status('message-failed', 1, 'a', 999_999);
    expect(historyOf([neutral], AS_OF)?.startAt).toBe(AS_OF);
    expect(historyOf([neutral, fact('call-rang', 5)], AS_OF)?.startAt).toBe(5);
    expect(historyOf([status('message-failed', 2, 'a', 131_026)], AS_OF)?.startAt).toBe(2);
  });

  test('joins what several kinds tell alike', () => {
    const history = historyOf([fact('call-answered', 2), fact('call-rang', 1)], AS_OF);
    expect(instantsOf(history!, 'rang')).toEqual([1, 2]);
  });
});

describe('a change of number', () => {
  const changed = fact('number-changed', 50);

  test('is told by one kind', () => {
    expect([changesNumber('number-changed'), changesNumber('message-sent')]).toEqual([true, false]);
  });

  test('forgets what was before its instant, and keeps what was at it', () => {
    const history = historyOf([fact('inbound-message', 49), fact('call-rang', 50), changed], AS_OF);
    expect(history?.startAt).toBe(50);
    expect(history?.families).toEqual(new Set(['call', 'context']));
  });

  test('is the last one by the instant, none that is yet to come', () => {
    const facts = [
      changed,
      fact('number-changed', 20),
      fact('number-changed', AS_OF + 1),
      fact('inbound-message', 30),
    ];
    expect(historyOf(facts, AS_OF)?.families).toEqual(new Set(['context']));
    expect(historyOf(facts, 40)?.families).toEqual(new Set(['context', 'inbound']));
    expect(historyOf(facts, AS_OF)?.startAt).toBe(50);
    expect(historyOf([changed, fact('inbound-message', 30)], 50)?.families.has('inbound')).toBe(
      false,
    );
  });

  test('leaves out what becomes later of messages to the number before, but not what arrives', () => {
    const [sent, failed] = [status('message-sent', 40), status('message-failed', 60, 'a', 131_026)];
    expect(messagesOf(sent, changed, failed)).toEqual([]);
    expect(messagesOf(sent, changed, status('message-dropped', 60))).toEqual([]);
    expect(messagesOf(sent, changed, status('message-delivered', 60))).toHaveLength(1);
    const sentAt50 = status('message-sent', 50);
    expect(messagesOf(sentAt50, changed, failed)).toMatchObject([{ sentAt: 50, failedAt: 60 }]);
    expect(messagesOf(sent, changed, fact('message-failed', 60, { code: 131_026 }))).toHaveLength(
      1,
    );
  });
});

test('a family is heard by its facts, or by a day of silence where silence tells', () => {
  const history = historyOf([fact('call-rang', 0), fact('photo-seen', 5)], 10)!;
  expect(familiesOf(history, DAY_MS - 1)).toEqual(['call', 'photo']);
  expect(familiesOf(history, DAY_MS)).toEqual(['inbound', 'call', 'photo']);
});

test('a fact that is no status tells of no message, even where it names one', () => {
  const history = historyOf([fact('inbound-message', 5, { messageRef: 'a' })], AS_OF);
  expect(history?.messages).toEqual([]);
  expect(history?.others.get('inbound-message')?.instants).toEqual([5]);
});
