import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { everyFamily, familiesWithout } from '../../signals/families.ts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { modelOf } from '../model/model.ts';
import { historyOf, type SignalFact } from './facts.ts';
import { hazardOf } from './hazard.ts';

const FIRST = 20_000;
const at = (day: number, ms = 0) => (FIRST + day) * DAY_MS + ms;
const model = modelOf(assumedPriors);
const sent = (day: number, nth: number): SignalFact => ({
  kind: 'message-sent',
  occurredAt: at(day, nth),
  messageRef: `${day}/${nth}`,
});
const fact = (kind: SignalFact['kind'], occurredAt: number): SignalFact => ({ kind, occurredAt });
const failed = (day: number, code: number): SignalFact => ({
  kind: 'message-failed',
  occurredAt: at(day),
  messageRef: `failed/${day}`,
  code,
});
const calendar = (facts: readonly SignalFact[], families = everyFamily) =>
  hazardOf(historyOf(facts, at(200))!, families, model);
/** Days, counted from the first, on which a hazard holds. */
const daysOf = (
  facts: readonly SignalFact[],
  hazard: 'complaint' | 'frequent' | 'optOut',
  families = everyFamily,
) => {
  const { on } = calendar(facts, families);
  return Array.from({ length: 60 }, (_, day) => day).filter((day) => on(FIRST + day)[hazard]);
};
const changesOf = (facts: readonly SignalFact[], families = everyFamily) =>
  calendar(facts, families)
    .changes.map((day) => day - FIRST)
    .toSorted((a, b) => a - b);

describe('frequency', () => {
  const four = [0, 1, 2, 3].map((nth) => sent(5, nth));

  test('is more than three messages on a day, for the night after it', () => {
    expect(daysOf(four, 'frequent')).toEqual([6]);
    expect(changesOf(four)).toEqual([6, 7]);
    expect(daysOf(four.slice(1), 'frequent')).toEqual([]);
    expect(changesOf(four.slice(1))).toEqual([]);
  });

  test('is counted by the day', () => {
    expect(daysOf([...four.slice(1), sent(6, 0), sent(4, 0)], 'frequent')).toEqual([]);
  });

  test('leaves out messages that never left', () => {
    const lost: SignalFact = {
      kind: 'message-failed',
      occurredAt: at(5, 9),
      messageRef: '5/0',
      code: 999_999,
    };
    expect(daysOf([...four, lost], 'frequent')).toEqual([]);
    const unreachable = { ...lost, code: 131_026 };
    expect(daysOf([...four, unreachable], 'frequent')).toEqual([6]);
  });

  test('is what WhatsApp warns of as well', () => {
    expect(daysOf([failed(8, 131_056)], 'frequent')).toEqual([9]);
    expect(daysOf([failed(8, 131_026)], 'frequent')).toEqual([]);
  });

  test('is heard with deliveries only', () => {
    expect(daysOf(four, 'frequent', familiesWithout('delivery'))).toEqual([]);
    expect(changesOf(four, familiesWithout('delivery'))).toEqual([]);
  });
});

describe('a complaint', () => {
  const complaint = [fact('complaint-recorded', at(3, 5))];

  test('lasts thirty nights', () => {
    const days = daysOf(complaint, 'complaint');
    expect([days[0], days.at(-1), days.length]).toEqual([4, 33, 30]);
    expect(changesOf(complaint)).toEqual([4, 34]);
  });

  test('is heard as context only', () => {
    expect(daysOf(complaint, 'complaint', familiesWithout('context'))).toEqual([]);
  });
});

describe('an opt-out', () => {
  const out = fact('marketing-opt-out', at(3));
  const back = fact('marketing-opt-in', at(6));

  test('holds from the next day on, until an opt-in', () => {
    const days = daysOf([out, back], 'optOut');
    expect(days).toEqual([4, 5, 6]);
    expect(daysOf([back, out], 'optOut')).toEqual(days);
    expect(changesOf([out, back])).toEqual([4, 7]);
    expect(daysOf([out], 'optOut').at(-1)).toBe(59);
  });

  test('stands against an opt-in of the same instant', () => {
    expect(daysOf([out, fact('marketing-opt-in', at(3))], 'optOut')[0]).toBe(4);
    expect(daysOf([fact('marketing-opt-in', at(3)), out], 'optOut')[0]).toBe(4);
  });

  test('may be recorded by a code, which is heard with deliveries', () => {
    const byCode = [failed(3, 131_050)];
    expect(daysOf(byCode, 'optOut')[0]).toBe(4);
    expect(daysOf(byCode, 'optOut', familiesWithout('context'))[0]).toBe(4);
    expect(daysOf(byCode, 'optOut', familiesWithout('delivery'))).toEqual([]);
    expect(daysOf([failed(3, 131_026)], 'optOut')).toEqual([]);
  });

  test('is heard as context otherwise', () => {
    expect(daysOf([out], 'optOut', familiesWithout('context'))).toEqual([]);
  });
});

test('a calm history changes on no day', () => {
  const { on, changes } = calendar([sent(1, 1)]);
  expect(changes).toEqual([]);
  expect(on(FIRST)).toEqual({ complaint: false, frequent: false, optOut: false });
});

test('hazards of several kinds hold side by side', () => {
  const facts = [
    fact('complaint-recorded', at(3)),
    fact('marketing-opt-out', at(3)),
    ...[0, 1, 2, 3].map((nth) => sent(3, nth)),
  ];
  const all = { complaint: true, frequent: true, optOut: true };
  expect(calendar(facts).on(FIRST + 4)).toEqual(all);
  expect(calendar(facts.slice(0, 2)).on(FIRST + 4)).toEqual({ ...all, frequent: false });
  expect(calendar([facts[0]!, ...facts.slice(2)]).on(FIRST + 4)).toEqual({ ...all, optOut: false });
});
