import { CELLS } from './factored-belief.ts';
import { operate, RUN_MAX, runOf, type Day, type Passing } from './day-operators.ts';
import { emptyDay, type DayPlan, type Plan } from '../evidence/day-plan.ts';
import type { Hazard, Model } from '../model/model.ts';
import { normalise } from '../filter/quiet-days.ts';

const observed = { unknown: 0, none: 1, some: 2 } as const;
const arrivals = { none: 0, queue: 1, any: 2 } as const;

/** A kind of day in one number: everything its matrix depends on. */
const keyOf = (plan: DayPlan, { complaint, frequent, optOut }: Hazard): number => {
  const hazard = (Number(complaint) * 2 + Number(frequent)) * 2 + Number(optOut);
  const levels = (arrivals[plan.arrived] * 3 + observed[plan.inbound]) * 3 + observed[plan.ring];
  let key = hazard * 27 + levels;
  key = key * 2 + Number(plan.alive);
  key = key * 2 + Number(plan.waits);
  key = key * 2 + Number(plan.joins);
  key = key * 2 + Number(plan.waitsOn);
  key = key * 2 + Number(plan.accepted);
  key = key * 2 + Number(plan.unreachable);
  key = key * 2 + Number(plan.receipt);
  return key * 2 + Number(plan.receiptMissing);
};

/** Days after one, each as what it is a case of. */
export type DaySequence = { readonly after: number; readonly days: readonly Day[] };

type Silence = { readonly waits: boolean; readonly countsInbound: boolean };

/** A day of no plan, which is one of silence. */
const silentDay = (day: number, { waits, countsInbound }: Silence): DayPlan => ({
  ...emptyDay(day),
  waits,
  waitsOn: waits,
  inbound: countsInbound ? 'none' : 'unknown',
});

/** Every day after one up to another, those of no plan as what they are: days of silence. */
export const daySequenceOf = (
  { days: plans, hazard, countsInbound }: Plan,
  { after, until }: { after: number; until: number },
): DaySequence => {
  const days: Day[] = [];
  const before = plans.findLastIndex(({ day }) => day <= after);
  let next = before + 1;
  let waits = plans[before]?.waitsOn ?? false;
  for (let day = after + 1; day <= until; day++) {
    const planned = plans[next]?.day === day ? plans[next] : undefined;
    const plan = planned ?? silentDay(day, { waits, countsInbound });
    if (planned) [next, waits] = [next + 1, planned.waitsOn];
    const hazardOn = hazard.on(day);
    days.push({ key: keyOf(plan, hazardOn), plan, hazard: hazardOn });
  }
  return { after, days };
};

export const isSameSequence = (one: DaySequence, other: DaySequence): boolean =>
  one.after === other.after &&
  one.days.length === other.days.length &&
  one.days.every(({ key }, nth) => key === other.days[nth]?.key);

/** Long before a sum is too small to be told from nothing, it is brought back to one. */
const FAINT = 1e-100;

/** Takes weights from the end of a day to the end of another. */
export const throughDays = (
  model: Model,
  { after, days }: DaySequence,
  { passing, from, until }: { passing: Passing; from: number; until: number },
): void => {
  for (let nth = from - after; nth < until - after;) {
    const day = days[nth];
    if (!day) break;
    let end = nth + 1;
    const endMost = Math.min(until - after, nth + RUN_MAX);
    while (end < endMost && days[end]?.key === day.key) end += 1;
    const total = operate(passing, runOf(model, day, end - nth));
    const { now, next } = passing;
    [passing.now, passing.next] = [next, now];
    if (total < FAINT) normalise(next.subarray(0, CELLS * passing.columns));
    nth = end;
  }
};
