import { signalKindFamilies, type SignalFamily } from '@tact/contracts';
import { familiesWithout, heardFamilies, unpackedBeliefs, type Closed } from '../verdict/assess.ts';
import { kindOf, type CompactFact } from './compact-fact.ts';
import { beginning, condensedOn, type Lane } from './factored-days.ts';
import type { Condensed } from './factored-belief.ts';
import { courseOf, isSameCourse, type Course } from './day-sequence.ts';
import { planOf, type Plan } from '../evidence/day-plan.ts';
import type { History } from '../evidence/facts.ts';
import type { Model } from '../model/model.ts';
import { packedBeside, referenceOf } from './belief-delta.ts';
import { packedBelief, type PackedBelief } from './packed-belief.ts';
import { dayOf, type Trait } from '../model/states.ts';
import { planWithout } from './plan-without-family.ts';

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
