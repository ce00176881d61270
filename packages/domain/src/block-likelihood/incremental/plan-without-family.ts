import { type SignalFamily, DAY_MS } from '@tact/contracts';
import { familiesWithout } from '../../signals/families.ts';
import { familyOf, signsOfLife } from '../../signals/kinds.ts';
import { planOf, type DayPlan, type Listening, type Plan } from '../evidence/day-plan.ts';
import type { History } from '../evidence/facts.ts';
import { hazardOf } from '../evidence/hazard.ts';

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
    if (familyOf(kind) !== family || !signsOfLife.has(kind)) continue;
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

type Without = (history: History, whole: Whole) => Plan;

const listenedTo = (history: History, family: SignalFamily, { listening }: Whole): Plan =>
  planOf(history, { ...listening, families: familiesWithout(family) });

/** A family whose facts say nothing beyond their own day, unless its signs of life settled something. */
const unlessItSettles =
  (family: SignalFamily, withoutMarks: (plan: Plan) => Plan): Without =>
  (history, whole) =>
    settles(history, family, whole.closedDay)
      ? listenedTo(history, family, whole)
      : withoutMarks(whole.plan);

/** Looks are left out by whoever weighs them. */
const looksApart: Without = (_history, { plan }) => plan;

const without: Record<SignalFamily, Without> = {
  delivery: (history, whole) => listenedTo(history, 'delivery', whole),
  inbound: unlessItSettles('inbound', (plan) => ({
    ...withDays(plan, (day) => ({ ...day, inbound: 'unknown' })),
    countsInbound: false,
  })),
  call: unlessItSettles('call', (plan) =>
    withDays(plan, (day) => (day.ring === 'unknown' ? day : { ...day, ring: 'unknown' })),
  ),
  photo: looksApart,
  presence: looksApart,
  group: (_history, { plan }) =>
    withDays(plan, (day) =>
      day.receipt || day.receiptMissing ? { ...day, receipt: false, receiptMissing: false } : day,
    ),
  context: (history, { plan, listening }) => ({
    ...plan,
    hazard: hazardOf(history, familiesWithout('context'), listening.model),
  }),
};

/**
 * The days as they would have been without a family. Only what arrives and what is alive says more than of its own
 * day, so the rest is the whole plan with that day's mark taken off.
 */
export const planWithout = (history: History, family: SignalFamily, whole: Whole): Plan =>
  without[family](history, whole);
