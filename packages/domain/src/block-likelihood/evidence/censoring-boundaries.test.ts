import { describe, expect, test } from '@jest/globals';
import { type SignalKind, DAY_MS } from '@tact/contracts';
import { familyOf } from '../../signals/kinds.ts';
import { censoredBy, censoredDays, outsideMs } from './censoring.ts';
import { evidenceOf } from '../../signals/error-evidence.ts';
import { messageErrors } from '../../signals/error-codes.ts';
import { fateOf, type History, type Message } from './facts.ts';

const window = { from: 100, until: 200 };
const message = (more: Partial<Message>): Message => ({
  sentAt: undefined,
  arrivals: new Map(),
  failedAt: undefined,
  codes: new Set(),
  droppedAt: undefined,
  isNone: false,
  answersPerson: false,
  ...more,
});
const history = (more: Partial<History>): History => ({
  startAt: 0,
  messages: [],
  others: new Map(),
  families: new Set(),
  ...more,
});
const censored = (given: Message, windows = [window]): Message =>
  censoredBy(history({ messages: [given] }), windows).messages[0]!;
const fate = (given: Partial<Message>) => fateOf(censored(message(given)));
const codeOf = (evidence: string): number =>
  Number(Object.entries(messageErrors).find(([, one]) => one.evidence === evidence)?.[0]);
const otherCause = codeOf('other_cause');
const optOut = codeOf('opt_out');

describe('a message sent into an outage', () => {
  test('waits nowhere from the first instant of it, and waits again from its end on', () => {
    const fates = [99, 100, 199, 200].map((sentAt) => fate({ sentAt }));
    expect(fates).toEqual(['waiting', 'censored', 'censored', 'waiting']);
  });

  test('that arrived all the same has arrived, and is left as it is', () => {
    const arrived = message({ sentAt: 150, arrivals: new Map([['message-read', 160]]) });
    expect(censored(arrived)).toBe(arrived);
  });

  test('that failed after it is judged by its failure', () => {
    const failed = message({ sentAt: 150, failedAt: 300, codes: new Set([otherCause]) });
    expect(censored(failed)).toBe(failed);
    expect(fateOf(failed)).toBe('unreachable');
  });

  test('is left as it is when nobody knows when it was sent', () => {
    const unknown = message({});
    expect(censored(unknown)).toBe(unknown);
  });
});

describe('a failure within an outage', () => {
  test('says nothing of the phone, from its first instant to before its last', () => {
    const fates = [99, 100, 199, 200].map((failedAt) =>
      fate({ sentAt: 10, failedAt, codes: new Set([otherCause]) }),
    );
    expect(fates).toEqual(['unreachable', 'censored', 'censored', 'unreachable']);
  });

  test('keeps what it says of anything else', () => {
    const { codes } = censored(
      message({ sentAt: 10, failedAt: 150, codes: new Set([otherCause, optOut]) }),
    );
    expect(evidenceOf(optOut)).toBe('opt_out');
    expect(codes).toEqual(new Set([optOut, undefined]));
  });

  test('may lie in any of several windows', () => {
    const windows = [{ from: 0, until: 5 }, window];
    const failed = message({ failedAt: 150, codes: new Set([otherCause]) });
    expect(fateOf(censored(failed, windows))).toBe('censored');
  });
});

describe('what was seen of a person in an outage', () => {
  const seen = (kind: SignalKind) => {
    const reported = { family: familyOf(kind), instants: [99, 100, 199, 200] };
    const others = new Map([[kind, reported]]);
    return censoredBy(history({ others }), [window]).others.get(kind);
  };

  test.each([
    'call-not-ringing',
    'photo-missing',
    'presence-missing',
    'group-receipt-missing',
    'group-add-refused',
  ] as SignalKind[])('is left out where it speaks against her, as %s does', (kind) => {
    expect(seen(kind)).toEqual({ family: familyOf(kind), instants: [99, 200] });
  });

  test.each(['call-rang', 'photo-seen', 'inbound-message', 'group-receipt'] as SignalKind[])(
    'stays where it speaks for life, as %s does',
    (kind) => {
      expect(seen(kind)?.instants).toEqual([99, 100, 199, 200]);
    },
  );
});

describe('a history', () => {
  test('without outages is the very same', () => {
    const given = history({});
    expect(censoredBy(given, [])).toBe(given);
  });

  test('says which outages it was censored by, and keeps all else', () => {
    const given = history({ startAt: 7, families: new Set(['call']) });
    expect(censoredBy(given, [window])).toEqual({ ...given, censored: [window] });
  });
});

describe('milliseconds outside of outages', () => {
  test('are none of a stretch that ends before it begins', () => {
    expect(outsideMs([], { from: 9, until: 5 })).toBe(0);
    expect(outsideMs([window], { from: 190, until: 110 })).toBe(0);
  });

  test('are all of a stretch that only touches an outage', () => {
    expect(outsideMs([window], { from: 50, until: 100 })).toBe(50);
    expect(outsideMs([window], { from: 200, until: 260 })).toBe(60);
  });

  test('are counted once, in whatever order overlapping outages come', () => {
    const inner = { from: 120, until: 150 };
    const later = { from: 180, until: 230 };
    for (const windows of [
      [window, inner, later],
      [later, inner, window],
    ]) {
      expect(outsideMs(windows, { from: 0, until: 300 })).toBe(300 - 130);
    }
  });
});

describe('days that an outage touches', () => {
  const days = (from: number, until: number) => [
    ...censoredDays([{ from: from * DAY_MS, until: until * DAY_MS }], { from: 10, until: 20 }),
  ];

  test('are those it has a millisecond in', () => {
    expect(days(12, 14)).toEqual([12, 13]);
    expect(days(12.5, 14 + 1 / DAY_MS)).toEqual([12, 13, 14]);
  });

  test('are those between the two days only', () => {
    expect(days(5, 11.5)).toEqual([10, 11]);
    expect(days(19, 25)).toEqual([19, 20]);
    expect(days(21, 25)).toEqual([]);
    expect(days(5, 10)).toEqual([]);
  });

  test('last to the end while the outage does', () => {
    expect(days(18, Infinity)).toEqual([18, 19, 20]);
  });

  test('are those of every outage', () => {
    const two = [
      { from: 11 * DAY_MS, until: 12 * DAY_MS },
      { from: 15 * DAY_MS, until: 16 * DAY_MS },
    ];
    expect([...censoredDays(two, { from: 10, until: 20 })]).toEqual([11, 15]);
  });
});
