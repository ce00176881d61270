import type { DayPlan } from '../evidence/day-plan.ts';
import type { Model } from '../model/model.ts';
import {
  BLOCKED,
  CORE_COUNT,
  FREE,
  LIVENESS_COUNT,
  QUEUED,
  talkers,
  traitSettings,
  type Trait,
} from '../model/states.ts';

const SETTINGS = traitSettings.length;

/** A proof of life: next to impossible from a phone that is off, and under a block on top of that. */
const proof = ({ leak }: Model, chance: number): number => Math.max(chance, leak.liveness);

/** What statuses of messages say, for a message that waits, for one that does not, and under a block. */
const ofMessages = (model: Model, plan: DayPlan, liveness: number) => {
  const code = model.unreachableCode[liveness] ?? 0;
  const codeBlocked = model.unreachableCodeWhenBlocked;
  let free = (plan.unreachable ? code : 1) * (plan.accepted ? 1 - code : 1);
  let blocked = (plan.unreachable ? codeBlocked : 1) * (plan.accepted ? 1 - codeBlocked : 1);
  let queued = free;
  const arrives = model.arrives[liveness] ?? 0;
  if (plan.arrived !== 'none') {
    const proved = proof(model, arrives);
    // What was sent under a block does not come once it is lifted.
    free *= plan.arrived === 'queue' ? proved * model.leak.block : proved;
    queued *= proved;
    blocked *= proved * model.leak.block;
  } else if (plan.waits) queued *= 1 - arrives;
  return { free, queued, blocked };
};

/** What calls and shared groups say, without and with a block. */
const ofCallsAndGroups = (model: Model, plan: DayPlan, liveness: number) => {
  const rings = model.rings[liveness] ?? 0;
  const receipt = model.receipt[liveness] ?? 0;
  // Receipts of a shared group come under a block too: they only tell of the phone.
  const group = (plan.receipt ? receipt : 1) * (plan.receiptMissing ? 1 - receipt : 1);
  if (plan.ring === 'some') {
    const rang = proof(model, rings) * group;
    return { open: rang, blocked: rang * model.leak.block };
  }
  if (plan.ring === 'none') {
    return { open: (1 - rings) * group, blocked: (1 - model.ringsWhenBlocked) * group };
  }
  return { open: group, blocked: group };
};

const ofInbound = (model: Model, plan: DayPlan, writes: number) => {
  if (plan.inbound === 'some') {
    const wrote = proof(model, writes);
    return { open: wrote, blocked: wrote * model.leak.block };
  }
  return { open: plan.inbound === 'none' ? 1 - writes : 1, blocked: 1 };
};

/** How likely the day's observations are in every core state, by talker: looks apart. */
export const coreLikelihoods = (model: Model, plan: DayPlan, into: Float64Array): void => {
  for (let liveness = 0; liveness < LIVENESS_COUNT; liveness++) {
    const message = ofMessages(model, plan, liveness);
    const call = ofCallsAndGroups(model, plan, liveness);
    for (let talker = 0; talker < talkers.length; talker++) {
      const inbound = ofInbound(model, plan, model.writes[talker]?.[liveness] ?? 0);
      const at = talker * CORE_COUNT + liveness;
      into[at + FREE] = message.free * call.open * inbound.open;
      into[at + QUEUED] = message.queued * call.open * inbound.open;
      into[at + BLOCKED] = message.blocked * call.blocked * inbound.blocked;
    }
  }
};

/** How likely a look is in a setting of what was looked at, and under a block. */
export const lookLikelihood = (
  { seen, seenWhenBlocked }: Model['looks'][Trait],
  setting: number,
  look: { isSeen: boolean; isBlocked: boolean },
): number => {
  const open = look.isBlocked ? seenWhenBlocked : (seen[0] ?? 0);
  const chance = setting === 0 ? open : (seen[setting] ?? 0);
  return look.isSeen ? chance : 1 - chance;
};

/** Weighs every cell by the day's looks. */
export const weighLooks = (
  model: Model,
  belief: { readonly weights: Float64Array; readonly traits: readonly Trait[] },
  looks: DayPlan['looks'],
): void => {
  const { weights, traits } = belief;
  const stride = weights.length / (talkers.length * CORE_COUNT);
  for (const { trait, seen: isSeen } of looks.values()) {
    const apart = SETTINGS ** (traits.length - 1 - traits.indexOf(trait));
    for (let index = 0; index < weights.length; index++) {
      const isBlocked = Math.floor(index / stride) % CORE_COUNT >= BLOCKED;
      const setting = Math.floor(index / apart) % SETTINGS;
      const likelihood = lookLikelihood(model.looks[trait], setting, { isSeen, isBlocked });
      weights[index] = (weights[index] ?? 0) * likelihood;
    }
  }
};
