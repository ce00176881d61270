import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { modelOf } from '../model/model.ts';
import { summaryOf, type EvidenceSummary } from './evidence-summary.ts';
import { historyOf, type SignalFact } from './facts.ts';

const start = Date.UTC(2026, 8, 1, 8);
const at = (day: number, hours = 0) => start + day * DAY_MS + hours * HOUR_MS;
const fact = (kind: SignalFact['kind'], occurredAt: number): SignalFact => ({ kind, occurredAt });
const status = (
  kind: SignalFact['kind'],
  occurredAt: number,
  messageRef = 'a',
  code?: number,
): SignalFact => ({
  kind,
  occurredAt,
  messageRef,
  code,
});
const sent = (day: number, ref = 'a', hours = 0) => status('message-sent', at(day, hours), ref);
const summary = (facts: readonly SignalFact[], asOf = at(10)): EvidenceSummary =>
  summaryOf(historyOf(facts, asOf)!, modelOf(assumedPriors), asOf);

describe('messages', () => {
  test('that wait are counted from twelve hours on, with the days of the oldest', () => {
    expect(summary([sent(1), sent(3, 'b'), sent(9, 'c', 12), sent(9, 'd', 13)])).toMatchObject({
      waiting: 3,
      waitingDays: 9,
    });
    expect(summary([sent(0)], at(1, -1))).toMatchObject({ waiting: 1, waitingDays: 0 });
    expect(summary([sent(0)], at(0, 11))).toMatchObject({ waiting: 0, waitingDays: 0 });
  });

  test('wait no more after a sign of life, an arrival, or thirty days', () => {
    expect(summary([sent(1), fact('call-rang', at(2))]).waiting).toBe(0);
    expect(summary([sent(1), status('message-delivered', at(2))]).waiting).toBe(0);
    expect(summary([sent(1)], at(31) - 1).waiting).toBe(1);
    expect(summary([sent(1)], at(31)).waiting).toBe(0);
  });

  test('that were refused are counted', () => {
    const refused = status('message-failed', at(2), 'a', 131_026);
    expect(
      summary([sent(1), refused, status('message-failed', at(2), 'b', 999_999)]).unreachableCodes,
    ).toBe(1);
  });
});

describe('the last message that tested the phone', () => {
  const last = (facts: readonly SignalFact[], asOf?: number) => summary(facts, asOf).lastMessage;
  const arrived = (day: number, ref: string) => status('message-delivered', at(day), ref);

  test('arrived, is under way, or did not arrive', () => {
    expect(last([sent(1), arrived(2, 'a')])).toBe('arrived');
    expect(last([sent(1)])).toBe('underway');
    expect(last([sent(1)], at(40))).toBe('undelivered');
    expect(last([sent(1), fact('inbound-message', at(2))])).toBe('undelivered');
    expect(last([fact('inbound-message', at(2))])).toBe('none');
    expect(last([status('message-failed', at(2), 'a', 131_026)])).toBe('none');
  });

  test('is the one sent last, in any order of the facts', () => {
    const facts = [sent(1), arrived(2, 'a'), sent(5, 'b')];
    expect(last(facts)).toBe('underway');
    expect(last([sent(5, 'b'), sent(1), arrived(2, 'a')])).toBe('underway');
    expect(last([sent(5, 'b'), arrived(6, 'b'), sent(1)])).toBe('arrived');
  });

  test('is dated by its first arrival where it was not seen sent', () => {
    const read = status('message-read', at(7), 'a');
    expect(last([read, arrived(3, 'a'), sent(5, 'b')])).toBe('undelivered');
    expect(last([arrived(6, 'a'), sent(5, 'b')])).toBe('arrived');
  });
});

describe('what the person did', () => {
  test('messages and the days since the last of them', () => {
    expect(
      summary([sent(0), fact('inbound-message', at(2)), fact('inbound-message', at(4, 1))]),
    ).toMatchObject({ inbound: 2, silentDays: 5 });
    expect(summary([sent(0, 'a', 1)])).toMatchObject({ inbound: 0, silentDays: 9 });
  });

  test('calls, of which one is often recorded twice', () => {
    const calls = [
      fact('call-rang', at(1)),
      fact('call-answered', at(1, 1)),
      fact('call-rang', at(2)),
      fact('call-not-ringing', at(3)),
    ];
    expect(summary(calls)).toMatchObject({ rang: 2, callsInSilence: 1, signsOfLife: 3 });
    expect(summary([sent(0)])).toMatchObject({ rang: 0, callsInSilence: 0, signsOfLife: 0 });
  });

  test('complaints and groups', () => {
    const facts = [
      fact('complaint-recorded', at(1)),
      fact('complaint-recorded', at(2)),
      fact('group-receipt', at(1)),
      fact('group-add-refused', at(1)),
      fact('group-add-refused', at(3)),
      fact('group-add-refused', at(4)),
    ];
    expect(summary(facts)).toMatchObject({ complaints: 2, groupReceipts: 1, groupRefusals: 3 });
  });

  test('an opt-out stands until a later opt-in', () => {
    const [out, back] = [fact('marketing-opt-out', at(3)), fact('marketing-opt-in', at(5))];
    expect(summary([out]).optedOut).toBe(true);
    expect(summary([out, back]).optedOut).toBe(false);
    expect(summary([back, fact('marketing-opt-out', at(6))]).optedOut).toBe(true);
    expect(summary([fact('marketing-opt-in', at(3)), out]).optedOut).toBe(false);
    expect(summary([sent(0)]).optedOut).toBe(false);
  });

  test('an opt-out by a code is one of the instant of the failure', () => {
    const byCode = status('message-failed', at(6), 'a', 131_050);
    expect(summary([byCode]).optedOut).toBe(true);
    expect(summary([byCode, fact('marketing-opt-in', at(5))]).optedOut).toBe(true);
    expect(summary([byCode, fact('marketing-opt-in', at(7))]).optedOut).toBe(false);
    expect(summary([status('message-failed', at(6), 'a', 131_026)]).optedOut).toBe(false);
  });
});

describe.each(['photo', 'presence'] as const)('a look at the %s', (trait) => {
  const looks = (...facts: readonly SignalFact[]) => summary([sent(0), ...facts])[trait];
  const [seen, missing] = [`${trait}-seen`, `${trait}-missing`] as const;

  test('is the last of those since it was once seen', () => {
    expect(looks()).toBe('never');
    expect(looks(fact(missing, at(1)))).toBe('never');
    expect(looks(fact(seen, at(1)))).toBe('seen');
    expect(looks(fact(seen, at(1)), fact(missing, at(2)))).toBe('gone');
    expect(looks(fact(missing, at(1)), fact(seen, at(2)))).toBe('seen');
    expect(looks(fact(missing, at(2)), fact(seen, at(2)))).toBe('seen');
  });
});
