import { type SignalFamily, DAY_MS } from '@tact/contracts';
import { signalKinds, type Telling } from '../../signals/kinds.ts';
import { censoredDays, outsideMs } from './censoring.ts';
import { type CensoredWindow, fateOf, type History } from './facts.ts';
import { hazardOf, type HazardCalendar } from './hazard.ts';
import type { Model } from '../model/model.ts';
import { dayOf, type Trait } from '../model/states.ts';
import { lifeOf, merged, waitOf, type Wait } from './waiting.ts';

type Observed = 'unknown' | 'none' | 'some';

/** What one day told, by the families that are listened to. Days between two plans told nothing. */
export type DayPlan = {
  readonly day: number;
  /** A sign of life came: what waited before it is settled. */
  alive: boolean;
  /** A message arrived; `queue` when all that came that day had been sent on earlier days. */
  arrived: 'none' | 'queue' | 'any';
  /** A message waited this day long enough to mean something. */
  waits: boolean;
  /** A message sent this day still waits at its end. */
  joins: boolean;
  /** Something waits at the end of the day, so also on the quiet days that follow. */
  waitsOn: boolean;
  accepted: boolean;
  unreachable: boolean;
  inbound: Observed;
  ring: Observed;
  receipt: boolean;
  receiptMissing: boolean;
  readonly looks: Map<string, { readonly trait: Trait; readonly seen: boolean }>;
};

export type Plan = {
  readonly days: readonly DayPlan[];
  readonly hazard: HazardCalendar;
  readonly countsInbound: boolean;
};

export type Listening = {
  readonly model: Model;
  readonly families: ReadonlySet<SignalFamily>;
  readonly asOf: number;
};

type DayAt = (instant: number) => DayPlan;

/** A day that told nothing. */
export const emptyDay = (day: number): DayPlan => ({
  day,
  alive: false,
  arrived: 'none',
  waits: false,
  joins: false,
  waitsOn: false,
  accepted: false,
  unreachable: false,
  inbound: 'unknown',
  ring: 'unknown',
  receipt: false,
  receiptMissing: false,
  looks: new Map(),
});

const look = (trait: Trait, seen: boolean) => (day: DayPlan) => {
  day.looks.set(`${trait}/${seen}`, { trait, seen });
};
const arrival = (day: DayPlan) => {
  day.arrived = 'any';
};
/** Changes the chance of a block, or nothing at all: see `hazard.ts`. */
const nothing = () => undefined;

/** What a fact that is no status of a known message says of its day. */
const reading: Record<Telling, (day: DayPlan) => void> = {
  nothing,
  arrival,
  wrote: (day) => {
    day.inbound = 'some';
  },
  rang: (day) => {
    day.ring = 'some';
  },
  'did-not-ring': (day) => {
    if (day.ring === 'unknown') day.ring = 'none';
  },
  'photo-shown': look('photo', true),
  'photo-gone': look('photo', false),
  'presence-shown': look('presence', true),
  'presence-gone': look('presence', false),
  'group-receipt': (day) => {
    day.receipt = true;
  },
  'no-group-receipt': (day) => {
    day.receiptMissing = true;
  },
  'added-to-group': look('group-add', true),
  'not-added-to-group': look('group-add', false),
  complaint: nothing,
  'marketing-stopped': nothing,
  'marketing-resumed': nothing,
  'number-changed': nothing,
};

const readMessages = ({ messages }: History, at: DayAt): void => {
  for (const message of messages) {
    const { sentAt, failedAt, arrivals } = message;
    const fate = fateOf(message);
    if (fate === 'unreachable' && failedAt !== undefined) at(failedAt).unreachable = true;
    const isTest = fate === 'arrived' || fate === 'waiting';
    if (isTest && sentAt !== undefined) at(sentAt).accepted = true;
    for (const arrivedAt of arrivals.values()) noteArrival(at(arrivedAt), sentAt);
  }
};

/** An arrival on the day of sending, or of a message that was never seen sent, says more than one out of the queue. */
const noteArrival = (day: DayPlan, sentAt: number | undefined): void => {
  const isOld = sentAt !== undefined && dayOf(sentAt) < day.day;
  if (!isOld) day.arrived = 'any';
  else if (day.arrived === 'none') day.arrived = 'queue';
};

/** The waits of messages, joined; every day on which one begins or ends gets a plan. */
const readWaits = (history: History, { model, asOf }: Listening, context: WaitContext) => {
  const waits = history.messages.flatMap((message) => {
    const wait = waitOf(message, context.life, model.timeToLiveMs);
    return wait ? [{ from: wait.from, until: Math.min(wait.until, asOf + 1) }] : [];
  });
  for (const { from, until } of waits) {
    context.at(Math.min(until, asOf));
    const day = context.at(from);
    day.joins ||= until >= Math.min((day.day + 1) * DAY_MS, asOf + 1);
  }
  return merged(waits);
};
type WaitContext = { readonly life: readonly number[]; readonly at: DayAt };

type Waits = { readonly waits: readonly Wait[]; readonly censored: readonly CensoredWindow[] };

/** What a wait says of a day that it touches: whether it was long enough, and whether it lasts. */
const noteWait = (
  day: DayPlan,
  wait: Wait,
  { from, until, censored, waitMsMin }: DayOfWaits,
): void => {
  const stretch = { from: Math.max(wait.from, from), until: Math.min(wait.until, until) };
  day.waits ||= outsideMs(censored, stretch) >= waitMsMin;
  day.waitsOn ||= wait.until >= until;
};
type DayOfWaits = CensoredWindow & Pick<Waits, 'censored'> & Pick<Model, 'waitMsMin'>;

/** What else the day told may take the meaning from what waits, or waited when it began. */
const settleWaits = (day: DayPlan, waitedBefore: boolean): void => {
  // A sign of life on the same day already says how the phone was: the day counts once.
  if (day.alive) day.waits = false;
  // What came after its time to live was not waiting in our books any more.
  if (day.arrived === 'queue' && !waitedBefore) day.arrived = 'any';
};

/** Walks days and waits together, both in time order. */
const placeWaits = (
  days: readonly DayPlan[],
  { waits, censored }: Waits,
  { model: { waitMsMin }, asOf }: Listening,
): void => {
  let next = 0;
  let waitsOn = false;
  for (const day of days) {
    const [from, until] = [day.day * DAY_MS, Math.min((day.day + 1) * DAY_MS, asOf + 1)];
    while (next < waits.length && (waits[next]?.until ?? Infinity) <= from) next += 1;
    for (let index = next; index < waits.length; index++) {
      const wait = waits[index];
      if (!wait || wait.from >= until) break;
      noteWait(day, wait, { from, until, censored, waitMsMin });
    }
    settleWaits(day, waitsOn);
    waitsOn = day.waitsOn;
  }
};

/** Facts that are no status of a known message. */
const readOthers = ({ others }: History, families: Listening['families'], at: DayAt): void => {
  for (const [kind, { family, instants }] of others) {
    if (!families.has(family)) continue;
    for (const instant of instants) reading[signalKinds[kind].tells](at(instant));
  }
};

/** Nobody wrote on a whole day that was listened to. */
const readSilence = (
  days: readonly DayPlan[],
  {
    startDay,
    asOf,
    unobserved,
  }: { startDay: number; asOf: number; unobserved: ReadonlySet<number> },
): void => {
  for (const day of days) {
    const isWhole =
      day.day > startDay && (day.day + 1) * DAY_MS <= asOf && !unobserved.has(day.day);
    if (isWhole && day.inbound === 'unknown') day.inbound = 'none';
  }
};

/** What the families that are listened to told of a contact, day by day, up to `asOf`. */
export const planOf = (history: History, listening: Listening): Plan => {
  const { families, asOf, model } = listening;
  const days = new Map<number, DayPlan>();
  const dayAt = (day: number): DayPlan => {
    const known = days.get(day);
    if (known) return known;
    const added = emptyDay(day);
    days.set(day, added);
    return added;
  };
  const at: DayAt = (instant) => dayAt(dayOf(instant));
  at(history.startAt);
  at(asOf);
  const life = lifeOf(history, families);
  for (const instant of life) at(instant).alive = true;
  if (families.has('delivery')) readMessages(history, at);
  readOthers(history, families, at);
  const waits = families.has('delivery') ? readWaits(history, listening, { life, at }) : [];
  const hazard = hazardOf(history, families, model);
  const [startDay, lastDay] = [dayOf(history.startAt), dayOf(asOf)];
  for (const day of hazard.changes) if (day > startDay && day < lastDay) dayAt(day);
  const { censored = [] } = history;
  const unobserved = censoredDays(censored, { from: startDay, until: lastDay });
  for (const day of unobserved) dayAt(day);
  const sorted = [...days.values()].toSorted((a, b) => a.day - b.day);
  placeWaits(sorted, { waits, censored }, listening);
  const countsInbound = families.has('inbound');
  if (countsInbound) readSilence(sorted, { startDay, asOf, unobserved });
  return { days: sorted, hazard, countsInbound };
};
