import {
  signalFamilies,
  type Band,
  type Causes,
  type NextObservation,
  type Sentence,
  type SignalFamily,
} from '@tact/contracts';
import { calibratedCauses } from '../../learning/calibration.ts';
import { referenceOf, unpackedBeside } from '../incremental/belief-delta.ts';
import { censoredBy } from '../evidence/censoring.ts';
import { spreadOut, type Condensed } from '../incremental/factored-belief.ts';
import { planOf, type Plan } from '../evidence/day-plan.ts';
import {
  type CensoredWindow,
  historyOf,
  type History,
  type SignalFact,
} from '../evidence/facts.ts';
import { filtered, type Belief } from '../filter/filter.ts';
import { modelOf, type Model } from '../model/model.ts';
import { nextObservation } from './next-observation.ts';
import { unpackedBelief, type PackedBelief } from '../incremental/packed-belief.ts';
import type { Priors } from '../model/priors.ts';
import { ruled } from './band-rule.ts';
import { innocentAlternatives, sentenceOf } from './sentences.ts';
import { BLOCKED, CORE_COUNT, DAY_MS, LIVENESS_COUNT, talkers } from '../model/states.ts';
import { tallyOf, type Tally } from '../evidence/evidence-summary.ts';

export type Assessment = {
  readonly probability: number;
  readonly band: Band;
  readonly causes: Causes;
  /** Log-odds of "blocked" before any observation, aged from the first fact to the last day. */
  readonly priorLogOdds: number;
  readonly families: readonly {
    readonly family: SignalFamily;
    readonly contribution: number;
    readonly probabilityWithout: number;
    readonly sentence: Sentence;
    /** What else could explain it; none where the family speaks against a block. */
    readonly innocentAlternatives: Sentence[];
  }[];
  readonly rule: { readonly outcome: 'published' | 'held-back'; readonly sentence: Sentence };
  readonly whatWouldChange: Sentence;
  readonly nextObservation?: NextObservation;
  readonly modelVersion: string;
};

/** Keeps log-odds finite; no observation is worth more than this. */
const SMALLEST = 1e-12;
const logit = (probability: number): number => {
  const within = Math.min(1 - SMALLEST, Math.max(SMALLEST, probability));
  return Math.log(within / (1 - within));
};

export const causesOf = ({ weights }: Belief): Causes => {
  const stride = weights.length / (talkers.length * CORE_COUNT);
  const alive = new Float64Array(LIVENESS_COUNT);
  let blocked = 0;
  for (const [index, weight] of weights.entries()) {
    const core = Math.floor(index / stride) % CORE_COUNT;
    if (core >= BLOCKED) blocked += weight;
    else alive[core % LIVENESS_COUNT] = (alive[core % LIVENESS_COUNT] ?? 0) + weight;
  }
  const [reachable = 0, network = 0, off = 0, longOff = 0, churned = 0] = alive;
  const causes = { 'phone-off': off, 'long-off': longOff, churned, network, reachable };
  // Rounding of many sums may pass 1 by the last digit, which a probability must not.
  return { blocked: Math.min(1, blocked), ...causes };
};

/** Beliefs at the end of a day: `all`, and without each family heard so far, by its ratios to that. */
export type Closed = {
  readonly day: number;
  readonly beliefs: Readonly<Record<string, PackedBelief>>;
};

export const unpackedBeliefs = (
  model: Model,
  { beliefs }: Closed,
): ReadonlyMap<string, Condensed> => {
  const whole = unpackedBelief(model, beliefs['all'] ?? '');
  const reference = referenceOf(whole);
  return new Map(
    Object.entries(beliefs).map(([name, text]) => [
      name,
      name === 'all' ? whole : unpackedBeside(model, text, reference),
    ]),
  );
};

export type Circumstances = {
  readonly priors: Priors;
  readonly asOf: number;
  /** When the tenant's own sending was at fault: nothing of these times speaks against anybody. */
  readonly incidents?: readonly CensoredWindow[];
};

/** The same, unpacked. */
type Begun = { readonly day: number; readonly beliefs: ReadonlyMap<string, Condensed> };

type Asked = {
  readonly priors: Priors;
  readonly asOf: number;
  readonly begun?: Begun | undefined;
};

export const familiesWithout = (without: SignalFamily | undefined): ReadonlySet<SignalFamily> =>
  new Set(signalFamilies.filter((family) => family !== without));

const listened = (
  history: History,
  { priors, asOf, begun }: Asked,
  without: SignalFamily | undefined,
): { readonly plan: Plan; readonly belief: Belief; readonly causes: Causes } => {
  const model = modelOf(priors);
  const plan = planOf(history, { model, families: familiesWithout(without), asOf });
  // A family first heard after the closing day had told nothing by then.
  const known = begun?.beliefs.get(without ?? 'all') ?? begun?.beliefs.get('all');
  const from = begun && known ? { day: begun.day, belief: spreadOut(model, known) } : undefined;
  const belief = filtered(model, plan, { from });
  return { plan, belief, causes: calibratedCauses(causesOf(belief), priors.calibration) };
};

const unobserved = (history: History, model: Model, asOf: number): number =>
  calibratedCauses(
    causesOf(filtered(model, planOf(history, { model, families: new Set(), asOf }))),
    model.priors.calibration,
  ).blocked;

/**
 * A family that moves the log-odds by less speaks for nothing: of what was seen long ago a trace is left whose sign is
 * that of rounding, and a verdict must not hang on it.
 */
const TRACE = 1e-6;

/** An observation that points to a block was made in this family; silence is none. */
const pointsToBlock = (family: SignalFamily, tally: Tally): boolean => {
  const points: Record<SignalFamily, boolean> = {
    delivery: tally.waiting > 0 || tally.unreachableCodes > 0,
    inbound: false,
    call: tally.callsInSilence > 0,
    photo: tally.photo === 'gone',
    presence: tally.presence === 'gone',
    group: tally.groupRefusals > 0 || tally.groupReceipts > 0,
    context: false,
  };
  return points[family];
};

type Effect = { readonly family: SignalFamily; readonly alone: number; readonly without: number };

/** What several families say together is shared out by what each adds to the others, so that all adds up. */
const contributions = (effects: readonly Effect[], total: number): readonly number[] => {
  const sum = effects.reduce((all, { alone }) => all + alone, 0);
  const size = effects.reduce((all, { alone }) => all + Math.abs(alone), 0);
  return effects.map(
    ({ alone }) => alone + (total - sum) * (size > 0 ? Math.abs(alone) / size : 1 / effects.length),
  );
};

/** Families with a fact, and the silence of people once a day has passed. */
export const heardFamilies = (history: History, asOf: number): readonly SignalFamily[] =>
  signalFamilies.filter(
    (family) =>
      history.families.has(family) || (family === 'inbound' && asOf - history.startAt >= DAY_MS),
  );

/** The assessment of a history; with `begun`, days up to that day are not weighed again. */
export const assessHistory = (history: History, asked: Asked): Assessment => {
  const { priors, asOf } = asked;
  const model = modelOf(priors);
  const { plan, belief, causes } = listened(history, asked, undefined);
  const priorLogOdds = logit(unobserved(history, model, asOf));
  const tally = tallyOf(history, model, asOf);
  const effects = heardFamilies(history, asOf).map((family): Effect => {
    const without = listened(history, asked, family).causes.blocked;
    return { family, without, alone: logit(causes.blocked) - logit(without) };
  });
  const shares = contributions(effects, logit(causes.blocked) - priorLogOdds);
  const families = effects.map(({ family, without }, index) => ({
    family,
    contribution: shares[index] ?? 0,
    probabilityWithout: Math.min(1, without),
    sentence: sentenceOf(family, tally),
    // What speaks against a block needs no excuse.
    innocentAlternatives: (shares[index] ?? 0) > 0 ? [...innocentAlternatives[family]] : [],
  }));
  const against = families.filter(({ contribution }) => contribution > TRACE);
  const negative = against.filter(({ family }) => pointsToBlock(family, tally));
  const ruling = ruled(
    { causes, against, negativeFamilies: negative.length, signsOfLife: tally.signsOfLife },
    priors,
  );
  const { blocked: probability } = causes;
  // Whoever can be reached is left in peace, however little is certain.
  const isDoubtful = ruling.band !== 'reachable';
  const { optedOut } = tally;
  const next = isDoubtful ? nextObservation({ model, plan, belief, optedOut }) : undefined;
  return {
    ...{ probability, causes, priorLogOdds, families, modelVersion: priors.version },
    ...ruling,
    ...(next ? { nextObservation: next } : {}),
  };
};

/**
 * How likely it is that a contact blocked us, from all its facts in any order, at an instant (epoch
 * milliseconds). Pure: the same facts give the same answer, and repeats change nothing.
 */
export const assessContact = (
  facts: readonly SignalFact[],
  { priors, asOf, incidents = [] }: Circumstances,
): Assessment => {
  const history = historyOf(facts, asOf) ?? emptyHistory(asOf);
  return assessHistory(censoredBy(history, incidents), { priors, asOf });
};

export const emptyHistory = (asOf: number): History => ({
  startAt: asOf,
  messages: [],
  others: new Map(),
  families: new Set(),
});
