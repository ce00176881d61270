import type { SignalFamily } from '@tact/contracts';
import { fateOf, hasEvidence, type History, instantsOf } from './facts.ts';
import type { Hazard, Model } from '../model/model.ts';
import { dayOf } from '../model/states.ts';

/** What raises or lowers the chance of a block, for the night that leads into a day. */
export type HazardCalendar = {
  readonly on: (day: number) => Hazard;
  /** Days on which it may differ from the day before. */
  readonly changes: readonly number[];
};

const calm: Hazard = { complaint: false, frequent: false, optOut: false };
const calmCalendar: HazardCalendar = { on: () => calm, changes: [] };

/** Days of too many messages, or of WhatsApp saying that we write too much to this person. */
const frequentDays = ({ messages }: History, above: number): ReadonlySet<number> => {
  const sent = new Map<number, number>();
  const frequent = new Set<number>();
  for (const message of messages) {
    const { sentAt, failedAt } = message;
    if (failedAt !== undefined && hasEvidence(message, 'risk_factor'))
      frequent.add(dayOf(failedAt));
    if (sentAt === undefined || fateOf(message) === 'censored') continue;
    const day = dayOf(sentAt);
    const count = (sent.get(day) ?? 0) + 1;
    sent.set(day, count);
    if (count > above) frequent.add(day);
  }
  return frequent;
};

/** Opt-outs and opt-ins in time order; of two at one instant the opt-out stands. */
const turnsOf = (history: History, families: ReadonlySet<SignalFamily>) => {
  const turns: { readonly at: number; readonly out: boolean }[] = [];
  if (families.has('context')) {
    for (const at of instantsOf(history, 'marketing-resumed')) turns.push({ at, out: false });
    for (const at of instantsOf(history, 'marketing-stopped')) turns.push({ at, out: true });
  }
  if (families.has('delivery')) {
    for (const message of history.messages) {
      const { failedAt } = message;
      const isOptOut = failedAt !== undefined && hasEvidence(message, 'opt_out');
      if (isOptOut) turns.push({ at: failedAt, out: true });
    }
  }
  return turns.toSorted((a, b) => a.at - b.at || Number(a.out) - Number(b.out));
};

export const hazardOf = (
  history: History,
  families: ReadonlySet<SignalFamily>,
  { priors }: Model,
): HazardCalendar => {
  const frequent = families.has('delivery')
    ? frequentDays(history, priors.block.frequentAbove.value)
    : new Set<number>();
  const complaints = families.has('context') ? instantsOf(history, 'complaint').map(dayOf) : [];
  const turns = turnsOf(history, families);
  if (frequent.size + complaints.length + turns.length === 0) return calmCalendar;
  const lasting = priors.block.complaintDays.value;
  const changes = [
    ...[...frequent].flatMap((day) => [day + 1, day + 2]),
    ...complaints.flatMap((day) => [day + 1, day + lasting + 1]),
    ...turns.map(({ at }) => dayOf(at) + 1),
  ];
  return {
    changes,
    on: (day) => ({
      frequent: frequent.has(day - 1),
      complaint: complaints.some((from) => day > from && day <= from + lasting),
      optOut: turns.findLast(({ at }) => dayOf(at) < day)?.out ?? false,
    }),
  };
};
