import {
  allowedObservations,
  type AllowedObservation,
  type NextObservation,
} from '@tact/contracts';
import type { Plan } from '../evidence/day-plan.ts';
import type { Belief } from '../filter/filter.ts';
import type { Model } from '../model/model.ts';
import { blockedIn, showsLife, type Outlook } from './observation-chances.ts';
import { observationSentences } from './observation-sentences.ts';
import { passDays } from '../filter/quiet-days.ts';

/** Below this many bits nobody is asked for anything: the answer would hardly move. */
export const TOO_FEW_BITS = 0.02;
/** Bits are given to a thousandth, rounded down: more digits would promise what assumed rates cannot keep. */
const STEPS_PER_BIT = 1000;

export type Asking = {
  readonly model: Model;
  readonly plan: Plan;
  /** What is believed on the last day of the plan. */
  readonly belief: Belief;
  readonly optedOut: boolean;
};

/** The part of a belief in which today is blocked, or is not, one night later. */
const partOf = ({ belief, model, plan }: Asking, day: number, blocked: boolean): Float64Array => {
  const isBlocked = blockedIn(belief.weights);
  const weights = belief.weights.map((weight, at) => (isBlocked(at) === blocked ? weight : 0));
  const quiet = { hazard: plan.hazard.on(day), waits: false, silent: false };
  passDays(model, { weights, traits: belief.traits }, { days: 1, quiet });
  return weights;
};

/** The day after the last: today's calls and looks are in the belief, and a day counts each once. */
const outlookOf = (asking: Asking): Outlook => {
  const { model, plan, belief } = asking;
  const next = (plan.days.at(-1)?.day ?? 0) + 1;
  return {
    model,
    age: next - (plan.days[0]?.day ?? next),
    traits: belief.traits,
    openToday: partOf(asking, next, false),
    blockedToday: partOf(asking, next, true),
  };
};

const sumOf = (part: Float64Array): number => part.reduce((sum, weight) => sum + weight, 0);

/** Of two shares of a whole: the whole times the entropy, in bits, of being in one or the other. */
const uncertainty = (one: number, other: number): number => {
  const term = (share: number) => (share > 0 ? -share * Math.log2(share / (one + other)) : 0);
  return term(one) + term(other);
};

const uncertaintyNow = ({ weights }: Belief): number => {
  const isBlocked = blockedIn(weights);
  const blocked = weights.reduce((sum, weight, at) => (isBlocked(at) ? sum + weight : sum), 0);
  return uncertainty(blocked, Math.max(0, 1 - blocked));
};

/** What may be asked of this contact's people today: nobody waits for nothing, and an opt-out ends calls. */
const offered: Record<AllowedObservation, (asking: Asking) => boolean> = {
  'await-message': ({ plan }) => plan.days.at(-1)?.waitsOn ?? false,
  'expected-call': ({ optedOut }) => !optedOut,
  'look-at-photo': () => true,
  'look-at-presence': () => true,
};

/** Bits by which an observation would, on average, make "blocked today" less uncertain. */
const informationOf = (outlook: Outlook, observation: AllowedObservation): number => {
  const shareOf = showsLife[observation](outlook);
  const { openToday, blockedToday } = outlook;
  const [open, blocked] = [sumOf(openToday), sumOf(blockedToday)];
  const [openAlive, blockedAlive] = [shareOf(openToday), shareOf(blockedToday)];
  const alive = uncertainty(openAlive, blockedAlive);
  const silent = uncertainty(open - openAlive, blocked - blockedAlive);
  const bits = uncertainty(open, blocked) - alive - silent;
  return Math.max(0, Math.floor(bits * STEPS_PER_BIT) / STEPS_PER_BIT);
};

/**
 * The allowed observation with the largest expected drop in the entropy of "blocked", exactly as the
 * filter would take it in on the day after its belief; undefined when none tells enough to ask for it.
 */
export const nextObservation = (asking: Asking): NextObservation | undefined => {
  // Most contacts are well: what is all but certain already cannot become much more so.
  if (uncertaintyNow(asking.belief) < TOO_FEW_BITS) return undefined;
  const outlook = outlookOf(asking);
  let best: NextObservation | undefined;
  for (const observation of allowedObservations) {
    if (!offered[observation](asking)) continue;
    const expectedInformation = informationOf(outlook, observation);
    if (expectedInformation < (best ? best.expectedInformation + 1e-9 : TOO_FEW_BITS)) continue;
    best = { observation, expectedInformation, sentence: observationSentences[observation] };
  }
  return best;
};
