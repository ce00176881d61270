import type { Band, Causes, NextObservation, Sentence, SignalFamily } from '@tact/contracts';
import { calibratedCauses } from '../../learning/calibration.ts';
import { familiesWithout } from '../../signals/families.ts';
import { censoredBy } from '../evidence/censoring.ts';
import { planOf, type Plan } from '../evidence/day-plan.ts';
import {
  type CensoredWindow,
  emptyHistory,
  familiesOf,
  historyOf,
  type History,
  type SignalFact,
} from '../evidence/facts.ts';
import { filtered, type Belief } from '../filter/filter.ts';
import { modelOf, type Model } from '../model/model.ts';
import { nextObservation } from './next-observation.ts';
import type { Priors } from '../model/priors.ts';
import { decideBand } from './band-rule.ts';
import { innocentAlternatives, sentenceOf } from './sentences.ts';
import { BLOCKED, CORE_COUNT, LIVENESS_COUNT, talkers } from '../model/states.ts';
import { summaryOf, type EvidenceSummary } from '../evidence/evidence-summary.ts';

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

export type Circumstances = {
  readonly priors: Priors;
  readonly asOf: number;
  /** When the tenant's own sending was at fault: nothing of these times speaks against anybody. */
  readonly incidents?: readonly CensoredWindow[];
};

/** What was believed at the end of an earlier day: by all families, as `all`, and without each that was heard by then. */
type Begun = { readonly day: number; readonly beliefs: ReadonlyMap<string, () => Belief> };

type Asked = {
  readonly priors: Priors;
  readonly asOf: number;
  readonly begun?: Begun | undefined;
};

const listened = (
  history: History,
  { priors, asOf, begun }: Asked,
  without: SignalFamily | undefined,
): { readonly plan: Plan; readonly belief: Belief; readonly causes: Causes } => {
  const model = modelOf(priors);
  const plan = planOf(history, { model, families: familiesWithout(without), asOf });
  // A family first heard after the closing day had told nothing by then.
  const known = begun?.beliefs.get(without ?? 'all') ?? begun?.beliefs.get('all');
  const from = begun && known ? { day: begun.day, belief: known() } : undefined;
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
const pointsToBlock = (family: SignalFamily, summary: EvidenceSummary): boolean => {
  const points: Record<SignalFamily, boolean> = {
    delivery: summary.waiting > 0 || summary.unreachableCodes > 0,
    inbound: false,
    call: summary.callsInSilence > 0,
    photo: summary.photo === 'gone',
    presence: summary.presence === 'gone',
    group: summary.groupRefusals > 0 || summary.groupReceipts > 0,
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

/** The assessment of a history; with `begun`, days up to that day are not weighed again. */
export const assessHistory = (history: History, asked: Asked): Assessment => {
  const { priors, asOf } = asked;
  const model = modelOf(priors);
  const { plan, belief, causes } = listened(history, asked, undefined);
  const priorLogOdds = logit(unobserved(history, model, asOf));
  const summary = summaryOf(history, model, asOf);
  const effects = familiesOf(history, asOf).map((family): Effect => {
    const without = listened(history, asked, family).causes.blocked;
    return { family, without, alone: logit(causes.blocked) - logit(without) };
  });
  const shares = contributions(effects, logit(causes.blocked) - priorLogOdds);
  const families = effects.map(({ family, without }, index) => ({
    family,
    contribution: shares[index] ?? 0,
    probabilityWithout: Math.min(1, without),
    sentence: sentenceOf(family, summary),
    // What speaks against a block needs no excuse.
    innocentAlternatives: (shares[index] ?? 0) > 0 ? [...innocentAlternatives[family]] : [],
  }));
  const against = families.filter(({ contribution }) => contribution > TRACE);
  const negative = against.filter(({ family }) => pointsToBlock(family, summary));
  const ruling = decideBand(
    { causes, against, negativeFamilies: negative.length, signsOfLife: summary.signsOfLife },
    priors,
  );
  const { blocked: probability } = causes;
  // Whoever can be reached is left in peace, however little is certain.
  const isDoubtful = ruling.band !== 'reachable';
  const { optedOut } = summary;
  const next = isDoubtful ? nextObservation({ model, plan, belief, optedOut }) : undefined;
  return {
    probability,
    causes,
    priorLogOdds,
    families,
    modelVersion: priors.version,
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
