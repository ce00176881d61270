import { signalKindFamilies, type SignalFamily, type SignalKind } from '@tact/contracts';
import { familiesWithout, heardFamilies, unpackedBeliefs, type Closed } from './assess.ts';
import { kindOf, type CompactFact } from './compact-fact.ts';
import { beginning, condensedOn, type Lane } from './condensed-days.ts';
import type { Condensed } from './condensed.ts';
import { courseOf, isSameCourse, type Course } from './day-course.ts';
import { planOf, type Plan } from './day-plan.ts';
import type { History } from './facts.ts';
import type { Model } from './model.ts';
import { packedBelief, packedBeside, referenceOf, type PackedBelief } from './packed-belief.ts';
import { dayOf, type Trait } from './states.ts';
import { planWithout } from './untold-plan.ts';
import { signsOfLife } from './waiting.ts';

/** A complaint speaks for a month, and so does a message that waits; frequency for two days. */
const LASTING_DAYS = 33;
const FREQUENT_DAYS = 2;

const traitOf: Readonly<Partial<Record<SignalFamily, Trait>>> = {
  photo: 'photo',
  presence: 'presence',
  group: 'group-add',
};

/** Families with a fact after a day; silence of people is one of every day. */
const heardSince = (facts: readonly CompactFact[], day: number): ReadonlySet<SignalFamily> => {
  const heard = new Set<SignalFamily>(['inbound']);
  for (const fact of facts) {
    if (dayOf(fact[1]) > day) heard.add(signalKindFamilies[kindOf(fact)]);
  }
  return heard;
};

type Way = { readonly name: string; readonly plan: Plan; readonly lane: Lane };

/** Beliefs by name; those that go through the same days do so together. */
const beliefsOn = (
  model: Model,
  ways: readonly Way[],
  { after, until }: { after: number | undefined; until: number },
): ReadonlyMap<string, Condensed> => {
  const courses = new Map<Plan, Course>();
  const known: Course[] = [];
  for (const { plan } of ways) {
    if (courses.has(plan)) continue;
    const course = courseOf(plan, { after: after ?? plan.days[0]?.day ?? until, until });
    const same = known.find((one) => isSameCourse(one, course));
    courses.set(plan, same ?? course);
    if (!same) known.push(course);
  }
  const beliefs = new Map<string, Condensed>();
  for (const course of known) {
    const alike = ways.filter(({ plan }) => courses.get(plan) === course);
    const plan = alike[0]?.plan;
    if (!plan) continue;
    const lanes = alike.map(({ lane }) => lane);
    const closed = condensedOn(model, {
      ...{ plan, course, until, lanes },
      isFirst: after === undefined,
    });
    for (const [nth, belief] of closed.entries()) beliefs.set(alike[nth]?.name ?? '', belief);
  }
  return beliefs;
};

/**
 * Beliefs at the end of a day, from those of an earlier close on. A family whose absence makes no
 * difference has no belief of its own, until it is heard again.
 */
export const closedOn = (
  history: History,
  day: number,
  { model, newest, closed, facts }: Closing,
): Closed => {
  const heard = heardSince(facts, closed?.day ?? -Infinity);
  const listening = { model, asOf: newest };
  const whole = planOf(history, { ...listening, families: familiesWithout(undefined) });
  const known = closed && unpackedBeliefs(model, closed);
  const wayOf = (name: string, plan: Plan, unseen?: Trait): Way => {
    const belief = (known && (known.get(name) ?? known.get('all'))) ?? beginning(model, plan);
    return { name, plan, lane: { belief, unseen } };
  };
  const ways = [wayOf('all', whole)];
  for (const name of heardFamilies(history, newest)) {
    if (closed && closed.beliefs[name] === undefined && !speaksOn(name, heard)) continue;
    const plan = planWithout(history, name, { plan: whole, listening, closedDay: closed?.day });
    ways.push(wayOf(name, plan, traitOf[name]));
  }
  const { all, ...without } = Object.fromEntries(
    beliefsOn(model, ways, { after: closed?.day, until: day }),
  );
  if (!all) return { day, beliefs: {} };
  const reference = referenceOf(all);
  const beliefs: Record<string, PackedBelief> = { all: packedBelief(all) };
  for (const [family, belief] of Object.entries(without)) {
    const text = packedBeside(model, belief, reference);
    if (text !== '') beliefs[family] = text;
  }
  return { day, beliefs };
};
type Closing = {
  readonly model: Model;
  readonly newest: number;
  readonly closed: Closed | undefined;
  readonly facts: readonly CompactFact[];
};

/** What is said by context lasts, and what waits is heard every day: these two always speak on. */
const speaksOn = (family: SignalFamily, heard: ReadonlySet<SignalFamily>): boolean =>
  family === 'delivery' || family === 'context' || heard.has(family);

const readings: ReadonlySet<SignalKind> = new Set(['message-read', 'message-played']);

/** A message that failed or was dropped waits no more. */
const ends: ReadonlySet<SignalKind> = new Set(['message-failed', 'message-dropped']);

type Told = { open: boolean; settled: boolean; recent: boolean; deliveredOn: number };

const untold: Told = { open: false, settled: false, recent: false, deliveredOn: -Infinity };

/** What the facts that are kept tell of each message: heard in open days, over, sent lately. */
const toldOf = (facts: readonly CompactFact[], closedDay: number): ReadonlyMap<string, Told> => {
  const told = new Map<string, Told>();
  for (const fact of facts) {
    const [, at, ref] = fact;
    if (!ref) continue;
    const kind = kindOf(fact);
    const message = told.get(ref) ?? { ...untold };
    message.open ||= dayOf(at) > closedDay;
    message.settled ||= signsOfLife.has(kind) || ends.has(kind);
    const isCounted = kind === 'message-sent' || kind === 'message-failed';
    message.recent ||= isCounted && dayOf(at) > closedDay - FREQUENT_DAYS;
    if (kind === 'message-delivered') message.deliveredOn = dayOf(at);
    told.set(ref, message);
  }
  return told;
};

/** The youngest fact of each kind and code among the closed and among the open days. */
const lastWords = (facts: readonly CompactFact[], closedDay: number): ReadonlySet<CompactFact> => {
  const last = new Map<number, CompactFact>();
  for (const fact of facts) {
    const [kind, at, , code = 0] = fact;
    const word = (code * 64 + kind) * 2 + Number(dayOf(at) > closedDay);
    const known = last.get(word);
    if (known === undefined || known[1] <= at) last.set(word, fact);
  }
  return new Set(last.values());
};

/** The youngest sign of life of each day. */
const lastLives = (facts: readonly CompactFact[]): ReadonlyMap<number, number> => {
  const lives = new Map<number, number>();
  for (const fact of facts) {
    if (!signsOfLife.has(kindOf(fact))) continue;
    lives.set(dayOf(fact[1]), Math.max(fact[1], lives.get(dayOf(fact[1])) ?? -Infinity));
  }
  return lives;
};

/**
 * What still speaks after a day is closed: open days, messages that wait, lasting context, and the last
 * word of each kind. The last arrival of the closed days is what settled the messages sent before it.
 */
export const stillSpeaking = (
  facts: readonly CompactFact[],
  closedDay: number,
): ((fact: CompactFact | undefined) => boolean) => {
  const told = toldOf(facts, closedDay);
  const words = lastWords(facts, closedDay);
  const lives = lastLives(facts);
  // Read on the day it was delivered, before a younger sign of life: that says nothing more of the day.
  const isEcho = (fact: CompactFact, message: Told | undefined): boolean =>
    readings.has(kindOf(fact)) &&
    message?.deliveredOn === dayOf(fact[1]) &&
    fact[1] < (lives.get(dayOf(fact[1])) ?? -Infinity);
  const spoken = new Set<string>();
  for (const [, , ref] of words) if (ref) spoken.add(ref);
  return (fact) => {
    if (fact === undefined) return false;
    const [, at, ref] = fact;
    const message = ref ? told.get(ref) : undefined;
    if (words.has(fact)) return true;
    if (isEcho(fact, message)) return false;
    if (dayOf(at) > closedDay || message?.open) return true;
    const isLasting = dayOf(at) > closedDay - LASTING_DAYS;
    if (message && ref) {
      return message.recent || (!message.settled && isLasting) || spoken.has(ref);
    }
    return isLasting && signalKindFamilies[kindOf(fact)] === 'context';
  };
};
