import { signalKindFamilies, type SignalFamily } from '@tact/contracts';
import { familiesWithout } from '../verdict/assess.ts';
import { planOf, type DayPlan, type Listening, type Plan } from '../evidence/day-plan.ts';
import type { History } from '../evidence/facts.ts';
import { hazardOf } from '../evidence/hazard.ts';
import { DAY_MS } from '../model/states.ts';
import { signsOfLife } from '../evidence/waiting.ts';

type Whole = {
  readonly plan: Plan;
  readonly listening: Omit<Listening, 'families'>;
  /** Days up to this one are closed: nobody asks what they would have been. */
  readonly closedDay: number | undefined;
};

/** Whether a family's signs of life settle a wait that goes on without them, or count on a day of their own. */
const settles = (history: History, family: SignalFamily, closedDay = -Infinity): boolean => {
  let last = -Infinity;
  for (const [kind, { instants }] of history.others) {
    if (signalKindFamilies[kind] !== family || !signsOfLife.has(kind)) continue;
    for (const at of instants) last = Math.max(last, at);
  }
  if (last >= (closedDay + 1) * DAY_MS) return true;
  return history.messages.some(
    ({ sentAt = Infinity, arrivals }) => sentAt <= last && arrivals.size === 0,
  );
};

const withDays = (plan: Plan, change: (day: DayPlan) => DayPlan): Plan => ({
  ...plan,
  days: plan.days.map(change),
});

/**
 * What a family would have left untold. Looks are left out by whoever weighs them. Only what arrives and what is
 * alive says more than of its own day, so the rest is the whole plan with that day's mark taken off.
 */
export const planWithout = (
  history: History,
  family: SignalFamily,
  { plan, listening, closedDay }: Whole,
): Plan => {
  const families = familiesWithout(family);
  if (family === 'photo' || family === 'presence') return plan;
  if (family === 'context')
    return { ...plan, hazard: hazardOf(history, families, listening.model) };
  if (family === 'group') {
    return withDays(plan, (day) =>
      day.receipt || day.receiptMissing ? { ...day, receipt: false, receiptMissing: false } : day,
    );
  }
  if (family === 'delivery' || settles(history, family, closedDay))
    return planOf(history, { ...listening, families });
  if (family === 'call') {
    return withDays(plan, (day) => (day.ring === 'unknown' ? day : { ...day, ring: 'unknown' }));
  }
  return {
    ...withDays(plan, (day) => ({ ...day, inbound: 'unknown' })),
    hearsInbound: false,
  };
};
