import type { SignalFamily } from '@tact/contracts';
import { everyFamily, familiesSpeakingOn, silentFamilies } from '../../signals/families.ts';
import { familyOf } from '../../signals/kinds.ts';
import { kindOf, type CompactFact } from './compact-fact.ts';
import { beginning, factoredOn, type Variant } from './factored-days.ts';
import type { FactoredBelief } from './factored-belief.ts';
import { daySequenceOf, isSameSequence, type DaySequence } from './day-sequence.ts';
import { planOf, type Plan } from '../evidence/day-plan.ts';
import { familiesOf, type History } from '../evidence/facts.ts';
import type { Model } from '../model/model.ts';
import { packedDelta, referenceOf, unpackedDelta } from './belief-delta.ts';
import { packedBelief, unpackedBelief, type PackedBelief } from './packed-belief.ts';
import { dayOf, type Trait } from '../model/states.ts';
import { planWithout } from './plan-without-family.ts';

/** Beliefs at the end of a day: `all`, and without each family heard so far, by its ratios to that. */
export type Checkpoint = {
  readonly day: number;
  readonly beliefs: Readonly<Record<string, PackedBelief>>;
};

export const unpackedBeliefs = (
  model: Model,
  { beliefs }: Checkpoint,
): ReadonlyMap<string, FactoredBelief> => {
  const whole = unpackedBelief(model, beliefs['all'] ?? '');
  const reference = referenceOf(whole);
  return new Map(
    Object.entries(beliefs).map(([name, text]) => [
      name,
      name === 'all' ? whole : unpackedDelta(model, text, reference),
    ]),
  );
};

/** The setting that is looked at in a family. */
const traitOf: Readonly<Record<SignalFamily, Trait | undefined>> = {
  delivery: undefined,
  inbound: undefined,
  call: undefined,
  photo: 'photo',
  presence: 'presence',
  group: 'group-add',
  context: undefined,
};

/** Families with a fact after a day; silence, where it tells, is one of every day. */
const familiesSince = (facts: readonly CompactFact[], day: number): ReadonlySet<SignalFamily> => {
  const families = new Set(silentFamilies);
  for (const fact of facts) {
    if (dayOf(fact[1]) > day) families.add(familyOf(kindOf(fact)));
  }
  return families;
};

type Way = { readonly name: string; readonly plan: Plan; readonly variant: Variant };

type Reach = { readonly after: number | undefined; readonly until: number };

/** The days of every plan, the same ones as one and the same sequence. */
const sequencesOf = (
  ways: readonly Way[],
  { after, until }: Reach,
): ReadonlyMap<Plan, DaySequence> => {
  const sequences = new Map<Plan, DaySequence>();
  const known: DaySequence[] = [];
  for (const { plan } of ways) {
    if (sequences.has(plan)) continue;
    const sequence = daySequenceOf(plan, { after: after ?? plan.days[0]?.day ?? until, until });
    const same = known.find((one) => isSameSequence(one, sequence));
    sequences.set(plan, same ?? sequence);
    if (!same) known.push(sequence);
  }
  return sequences;
};

/** Beliefs by name; those that go through the same days do so together. */
const beliefsOn = (
  model: Model,
  ways: readonly Way[],
  { after, until }: Reach,
): ReadonlyMap<string, FactoredBelief> => {
  const sequences = sequencesOf(ways, { after, until });
  const beliefs = new Map<string, FactoredBelief>();
  for (const sequence of new Set(sequences.values())) {
    const alike = ways.filter(({ plan }) => sequences.get(plan) === sequence);
    const plan = alike[0]?.plan;
    if (!plan) continue;
    const variants = alike.map(({ variant }) => variant);
    const closed = factoredOn(model, {
      plan,
      sequence,
      until,
      variants,
      isFirst: after === undefined,
    });
    for (const [nth, belief] of closed.entries()) beliefs.set(alike[nth]?.name ?? '', belief);
  }
  return beliefs;
};

/** The whole belief, and those without a family that differ from it. */
const packedBeliefs = (
  model: Model,
  all: FactoredBelief,
  without: Readonly<Record<string, FactoredBelief>>,
): Checkpoint['beliefs'] => {
  const reference = referenceOf(all);
  const beliefs: Record<string, PackedBelief> = { all: packedBelief(all) };
  for (const [family, belief] of Object.entries(without)) {
    const text = packedDelta(model, belief, reference);
    if (text !== '') beliefs[family] = text;
  }
  return beliefs;
};

/**
 * Beliefs at the end of a day, from those of an earlier close on. A family whose absence makes no
 * difference has no belief of its own, until it is heard again.
 */
export const checkpointOn = (
  history: History,
  day: number,
  { model, newest, closed, facts }: Closing,
): Checkpoint => {
  const closedDay = closed?.day;
  const families = familiesSince(facts, closedDay ?? -Infinity);
  const listening = { model, asOf: newest };
  const whole = planOf(history, { ...listening, families: everyFamily });
  const known = closed && unpackedBeliefs(model, closed);
  const wayOf = (name: string, plan: Plan, unseen?: Trait): Way => {
    const belief = (known && (known.get(name) ?? known.get('all'))) ?? beginning(model, plan);
    return { name, plan, variant: { belief, unseen } };
  };
  const ways = [wayOf('all', whole)];
  for (const name of familiesOf(history, newest)) {
    if (closed && closed.beliefs[name] === undefined && !speaksOn(name, families)) continue;
    const plan = planWithout(history, name, { plan: whole, listening, closedDay });
    ways.push(wayOf(name, plan, traitOf[name]));
  }
  const { all, ...without } = Object.fromEntries(
    beliefsOn(model, ways, { after: closedDay, until: day }),
  );
  return { day, beliefs: all ? packedBeliefs(model, all, without) : {} };
};
type Closing = {
  readonly model: Model;
  readonly newest: number;
  readonly closed: Checkpoint | undefined;
  readonly facts: readonly CompactFact[];
};

/** What lasts speaks on of itself: context, and what waits. */
const speaksOn = (family: SignalFamily, families: ReadonlySet<SignalFamily>): boolean =>
  familiesSpeakingOn.has(family) || families.has(family);
