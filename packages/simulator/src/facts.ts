import type { SignalFact } from '@tact/domain';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import type { ObservedDay } from './observed-day.ts';
import { TIME_TO_LIVE_DAYS, type Look } from './world.ts';

/** First midnight of every simulated history. */
export const start = Date.UTC(2026, 0, 5);

/** The last instant of a history of so many days. */
export const endOf = (days: number): number => start + days * DAY_MS - 1;

const kindOfLook = (look: Look, seen: boolean): SignalFact['kind'] => {
  if (look === 'group-add') return seen ? 'group-add-accepted' : 'group-add-refused';
  return `${look}-${seen ? 'seen' : 'missing'}`;
};

const refOf = (day: number, nth: number): string => `mr_${day}_${nth}`;

const sentFacts = (day: ObservedDay, index: number): SignalFact[] => {
  const facts: SignalFact[] = [];
  for (let nth = 0; nth < day.sent; nth++) {
    const occurredAt = start + index * DAY_MS + 8 * HOUR_MS + nth * 30 * 60_000;
    const messageRef = refOf(index, nth);
    facts.push({ kind: 'message-sent', occurredAt, messageRef });
    if (day.answer === 'unreachable')
      facts.push({
        kind: 'message-failed',
        occurredAt: occurredAt + 2_000,
        messageRef,
        code: 131026,
      });
  }
  for (let nth = 0; nth < day.withheld; nth++) {
    const occurredAt = start + index * DAY_MS + 11 * HOUR_MS;
    const messageRef = refOf(index, day.sent + nth);
    facts.push({ kind: 'message-failed', occurredAt, messageRef, code: 131049 });
  }
  return facts;
};

/** What waited comes when the phone is back in the morning; what was sent today, seconds later. */
const arrivalFacts = (days: readonly ObservedDay[], index: number): SignalFact[] =>
  days[index]!.arrived.flatMap((sentOn) => {
    const count = days[sentOn]!.sent;
    return Array.from({ length: count }, (_, nth): SignalFact[] => {
      const messageRef = refOf(sentOn, nth);
      const morning = start + index * DAY_MS + 6.5 * HOUR_MS;
      const sentAt = start + index * DAY_MS + 8 * HOUR_MS + nth * 30 * 60_000;
      const occurredAt = sentOn < index ? morning : sentAt + 5_000;
      const read = { kind: 'message-read', occurredAt: occurredAt + HOUR_MS, messageRef } as const;
      const delivered = { kind: 'message-delivered', occurredAt, messageRef } as const;
      return days[index]!.read ? [delivered, read] : [delivered];
    }).flat();
  });

const otherFacts = (day: ObservedDay, index: number): SignalFact[] => {
  const at = (hour: number) => start + index * DAY_MS + hour * HOUR_MS;
  const facts: SignalFact[] = [];
  const add = (kind: SignalFact['kind'], hour: number) =>
    facts.push({ kind, occurredAt: at(hour) });
  if (day.receipt !== 'none')
    add(day.receipt === 'seen' ? 'group-receipt' : 'group-receipt-missing', 13);
  if (day.call !== 'none') add(day.call === 'rang' ? 'call-rang' : 'call-not-ringing', 14);
  for (const [look, seen] of Object.entries(day.looks)) add(kindOfLook(look as Look, seen), 15);
  if (day.complaint) add('complaint-recorded', 16);
  if (day.optOut) add('marketing-opt-out', 17);
  if (day.inbound) add('inbound-message', 19);
  return facts;
};

/** What the platform would record of a life, in time order, drops by its own timer included. */
export const factsOf = (days: readonly ObservedDay[]): readonly SignalFact[] => {
  const arrived = new Set(days.flatMap((day) => day.arrived));
  const facts = days.flatMap((day, index) => {
    const drops = sentFacts(day, index)
      .filter(({ kind }) => kind === 'message-sent')
      .map((sent): SignalFact => ({
        ...sent,
        kind: 'message-dropped',
        occurredAt: sent.occurredAt + TIME_TO_LIVE_DAYS * DAY_MS,
      }));
    const isLost = day.answer === 'accepted' && !arrived.has(index);
    return [
      ...sentFacts(day, index),
      ...arrivalFacts(days, index),
      ...otherFacts(day, index),
      ...(isLost ? drops : []),
    ];
  });
  return facts
    .filter(({ occurredAt }) => occurredAt <= endOf(days.length))
    .toSorted((a, b) => a.occurredAt - b.occurredAt);
};
