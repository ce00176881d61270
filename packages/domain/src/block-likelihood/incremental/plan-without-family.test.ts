import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, signalFamilies, type SignalFamily } from '@tact/contracts';
import { everyFamily, familiesWithout } from '../../signals/families.ts';
import { planOf, type DayPlan, type Plan } from '../evidence/day-plan.ts';
import { historyOf, type SignalFact } from '../evidence/facts.ts';
import { filtered } from '../filter/filter.ts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { modelOf } from '../model/model.ts';
import { planWithout } from './plan-without-family.ts';

const FIRST = 20_000;
const model = modelOf(assumedPriors);
const at = (day: number, hours = 9) => (FIRST + day) * DAY_MS + hours * HOUR_MS;
const fact = (kind: SignalFact['kind'], day: number, hours = 9): SignalFact => ({
  kind,
  occurredAt: at(day, hours),
});
const sent = (day: number): SignalFact => ({
  kind: 'message-sent',
  occurredAt: at(day),
  messageRef: `m${day}`,
});
const delivered = (day: number, on: number): SignalFact => ({
  kind: 'message-delivered',
  occurredAt: at(on, 12),
  messageRef: `m${day}`,
});
const asOf = at(30);
const listening = { model, asOf };

/** The plan by the shortcut, the whole one it begins from, and the plan of who never heard the family. */
const plansOf = (facts: readonly SignalFact[], family: SignalFamily, closedDay?: number) => {
  const history = historyOf([sent(0), delivered(0, 0), ...facts], asOf)!;
  const plan = planOf(history, { ...listening, families: everyFamily });
  const closed = closedDay === undefined ? undefined : FIRST + closedDay;
  return {
    whole: plan,
    short: planWithout(history, family, { plan, listening, closedDay: closed }),
    exact: planOf(history, { ...listening, families: familiesWithout(family) }),
  };
};
const beliefOf = (plan: Plan) => filtered(model, plan, { isBlind: true }).weights;
const daysOf = (plan: Plan) => plan.days.map(({ day, ...rest }) => ({ day: day - FIRST, ...rest }));
const onDay = (plan: Plan, day: number): DayPlan | undefined =>
  plan.days.find((one) => one.day === FIRST + day);

const facts: readonly SignalFact[] = [
  fact('inbound-message', 2),
  fact('call-rang', 4),
  fact('call-not-ringing', 5),
  fact('group-receipt', 6),
  fact('group-receipt-missing', 7),
  fact('photo-missing', 8),
  fact('presence-seen', 8),
  fact('complaint-recorded', 10),
  fact('marketing-opt-out', 11),
  sent(12),
  delivered(12, 14),
  sent(20),
];

describe.each(signalFamilies)('without %s', (family) => {
  test('the belief is that of who never heard of it', () => {
    const { short, exact } = plansOf(facts, family, 25);
    const [one, other] = [beliefOf(short), beliefOf(exact)];
    // A day that is alive by another family only has no wait to settle: what is left differs by rounding.
    for (const [cell, weight] of one.entries())
      expect(Math.abs(weight - (other[cell] ?? 0))).toBeLessThan(1e-3);
  });
});

describe('inbound messages', () => {
  test('taken off leave the days, and no silence', () => {
    const { whole, short } = plansOf(facts, 'inbound', 25);
    expect(short.countsInbound).toBe(false);
    expect(short.days.every(({ inbound }) => inbound === 'unknown')).toBe(true);
    expect(onDay(short, 2)).toEqual({ ...onDay(whole, 2), inbound: 'unknown' });
    expect(short.hazard).toBe(whole.hazard);
  });

  test('that settled a wait are left out anew: it goes on without them', () => {
    const settling = [sent(2), fact('inbound-message', 5), ...facts.slice(1)];
    const { short, exact } = plansOf(settling, 'inbound', 25);
    expect(daysOf(short)).toEqual(daysOf(exact));
    expect(onDay(short, 5)?.alive ?? false).toBe(false);
  });

  test('of a day that is still open are left out anew', () => {
    const open = (closedDay: number) => plansOf(facts, 'inbound', closedDay);
    expect(daysOf(open(1).short)).toEqual(daysOf(open(1).exact));
    expect(onDay(open(2).short, 2)?.alive).toBe(true);
    expect(onDay(open(1).short, 2)).toBeUndefined();
    expect(daysOf(plansOf(facts, 'inbound').short)).toEqual(daysOf(open(1).exact));
  });

  test('before a message was sent, or after it arrived, settled nothing', () => {
    const before = plansOf([fact('inbound-message', 2), sent(3)], 'inbound', 25);
    expect(onDay(before.short, 2)?.alive).toBe(true);
    const arrived = plansOf([sent(1), delivered(1, 2), fact('inbound-message', 3)], 'inbound', 25);
    expect(onDay(arrived.short, 3)?.alive).toBe(true);
    const same = plansOf([sent(3), fact('inbound-message', 3, 9)], 'inbound', 25);
    expect(onDay(same.short, 3)?.alive).toBe(false);
  });
});

describe('calls', () => {
  test('taken off leave every other mark', () => {
    const { whole, short } = plansOf(facts, 'call', 25);
    expect(short.days.every(({ ring }) => ring === 'unknown')).toBe(true);
    expect(onDay(short, 5)).toEqual({ ...onDay(whole, 5), ring: 'unknown' });
    expect(onDay(short, 2)).toBe(onDay(whole, 2));
    expect(short.countsInbound).toBe(true);
  });

  test('that settled a wait are left out anew, silent ones settle nothing', () => {
    const rang = plansOf([sent(2), fact('call-rang', 5)], 'call', 25);
    expect(daysOf(rang.short)).toEqual(daysOf(rang.exact));
    const silent = plansOf([sent(2), fact('call-not-ringing', 5)], 'call', 25);
    expect(onDay(silent.short, 5)).toEqual({ ...onDay(silent.whole, 5), ring: 'unknown' });
  });
});

describe('other families', () => {
  test('deliveries are left out anew', () => {
    const { short, exact } = plansOf(facts, 'delivery', 25);
    expect(daysOf(short)).toEqual(daysOf(exact));
  });

  test('receipts are taken off their days', () => {
    const { whole, short } = plansOf(facts, 'group', 25);
    for (const day of [6, 7])
      expect(onDay(short, day)).toEqual({
        ...onDay(whole, day),
        receipt: false,
        receiptMissing: false,
      });
    expect(onDay(short, 4)).toBe(onDay(whole, 4));
  });

  test('looks are passed over by whoever weighs them', () => {
    const { whole, short } = plansOf(facts, 'photo', 25);
    expect(short).toBe(whole);
    expect(plansOf(facts, 'presence', 25).short.days).toHaveLength(whole.days.length);
  });

  test('context changes the hazard alone', () => {
    const { whole, short } = plansOf(facts, 'context', 25);
    expect(short.days).toBe(whole.days);
    expect(whole.hazard.on(FIRST + 12)).toMatchObject({ complaint: true, optOut: true });
    expect(short.hazard.on(FIRST + 12)).toMatchObject({ complaint: false, optOut: false });
  });
});
