import { HOUR_MS, DAY_MS } from '@tact/contracts';
import type { Assumed, Priors } from './priors.ts';
import {
  BLOCKED,
  CORE_COUNT,
  FREE,
  LIVENESS_COUNT,
  livenesses,
  QUEUED,
  talkers,
  traits,
  type Liveness,
  type Trait,
} from './states.ts';

/** A row-major square matrix: entry [from * size + to] is the probability of the step. */
export type Matrix = Float64Array;

export type Look = {
  /** The matrix of one day and its squares, as far as they were needed. */
  readonly powers: Matrix[];
  readonly initially: Float64Array;
  readonly seen: Float64Array;
  readonly seenWhenBlocked: number;
};

/** Priors as plain arrays, in the order of `states.ts`: what the filter multiplies by. */
export type Model = {
  readonly priors: Priors;
  readonly arrives: Float64Array;
  readonly unreachableCode: Float64Array;
  readonly unreachableCodeWhenBlocked: number;
  readonly rings: Float64Array;
  readonly ringsWhenBlocked: number;
  readonly leak: { readonly block: number; readonly liveness: number };
  readonly receipt: Float64Array;
  /** By talker, then liveness: the chance of an inbound message on a day without a block. */
  readonly writes: readonly Float64Array[];
  readonly initially: Float64Array;
  readonly looks: Readonly<Record<Trait, Look>>;
  readonly waitMsMin: number;
  readonly timeToLiveMs: number;
  readonly powers: (Matrix[] | undefined)[];
};

/** What raises or lowers the chance that someone blocks us on a day. */
export type Hazard = {
  readonly complaint: boolean;
  readonly frequent: boolean;
  readonly optOut: boolean;
};

const byLiveness = (rates: Readonly<Record<Liveness, Assumed>>): Float64Array =>
  Float64Array.from(livenesses, (liveness) => rates[liveness].value);

const lookOf = (priors: Priors, trait: Trait): Look => {
  const { neverInitially, closedInitially, closesPerDay, opensPerDay, ...seen } =
    priors.traits[trait];
  const [never, closed] = [neverInitially.value, closedInitially.value];
  const [closes, opens] = [closesPerDay.value, opensPerDay.value];
  return {
    initially: Float64Array.of(1 - never - closed, closed, never),
    powers: [Float64Array.of(1 - closes, closes, 0, opens, 1 - opens, 0, 0, 0, 1)],
    seen: Float64Array.of(
      seen.seenWhenOpen.value,
      seen.seenWhenClosed.value,
      seen.seenWhenClosed.value,
    ),
    seenWhenBlocked: seen.seenWhenBlocked.value,
  };
};

const initialCore = ({ block, liveness, inbound }: Priors): Float64Array => {
  const initially = new Float64Array(talkers.length * CORE_COUNT);
  const share = [inbound.writerShare.value, 1 - inbound.writerShare.value];
  for (const [talker, weight] of share.entries()) {
    for (const [index, name] of livenesses.entries()) {
      const mass = weight * liveness.initially[name].value;
      const blocked = name === 'churned' ? 0 : block.initially.value;
      initially[talker * CORE_COUNT + FREE + index] = mass * (1 - blocked);
      initially[talker * CORE_COUNT + BLOCKED + index] = mass * blocked;
    }
  }
  return initially;
};

const models = new WeakMap<Priors, Model>();

/** Compiles priors once; the same object gives the same model. */
export const modelOf = (priors: Priors): Model => {
  const known = models.get(priors);
  if (known) return known;
  const shares = byLiveness(priors.inbound.share);
  const rates = [priors.inbound.writerPerDay.value, priors.inbound.quietPerDay.value];
  const model: Model = {
    priors,
    arrives: byLiveness(priors.delivery.arrives),
    unreachableCode: byLiveness(priors.delivery.unreachableCode),
    unreachableCodeWhenBlocked: priors.delivery.unreachableCodeWhenBlocked.value,
    rings: byLiveness(priors.call.rings),
    ringsWhenBlocked: priors.call.ringsWhenBlocked.value,
    leak: { block: priors.leak.block.value, liveness: priors.leak.liveness.value },
    receipt: byLiveness(priors.group.receipt),
    writes: rates.map((rate) => shares.map((share) => share * rate)),
    initially: initialCore(priors),
    looks: {
      photo: lookOf(priors, 'photo'),
      presence: lookOf(priors, 'presence'),
      'group-add': lookOf(priors, 'group-add'),
    } satisfies Record<(typeof traits)[number], Look>,
    waitMsMin: priors.delivery.waitHoursMin.value * HOUR_MS,
    timeToLiveMs: priors.delivery.timeToLiveDays.value * DAY_MS,
    powers: [],
  };
  models.set(priors, model);
  return model;
};

/** One day of liveness: phones go off, come back, change hands. */
export const livenessStep = ({ liveness: rates }: Priors): Matrix => {
  const step = new Float64Array(LIVENESS_COUNT * LIVENESS_COUNT);
  const move = (from: Liveness, to: Liveness, rate: Assumed) => {
    step[livenesses.indexOf(from) * LIVENESS_COUNT + livenesses.indexOf(to)] = rate.value;
  };
  for (const from of ['on', 'patchy'] as const) {
    move(from, 'off-days', rates.toOffDays);
    move(from, 'off-weeks', rates.toOffWeeks);
  }
  for (const from of livenesses) {
    if (from !== 'churned') move(from, 'churned', rates.toChurned);
  }
  move('on', 'patchy', rates.toPatchy);
  move('patchy', 'on', rates.fromPatchy);
  move('off-days', 'on', rates.fromOffDays);
  move('off-weeks', 'on', rates.fromOffWeeks);
  for (let from = 0; from < LIVENESS_COUNT; from++) {
    const row = step.subarray(from * LIVENESS_COUNT, (from + 1) * LIVENESS_COUNT);
    row[from] = 1 - row.reduce((sum, rate) => sum + rate, 0);
  }
  return step;
};

const churned = livenesses.indexOf('churned');

const blockRate = ({ block }: Priors, { complaint, frequent, optOut }: Hazard): number =>
  block.perDay.value *
  (complaint ? block.complaintFactor.value : 1) *
  (frequent ? block.frequentFactor.value : 1) *
  (optOut ? block.optOutFactor.value : 1);

/**
 * One day of the core state: blocking drops what waits; unblocking brings nothing back. Who leaves
 * WhatsApp takes the block along: a number that is gone blocks nobody, and is answered as gone.
 */
export const coreStep = (priors: Priors, hazard: Hazard): Matrix => {
  const liveness = livenessStep(priors);
  const share = byLiveness(priors.block.share);
  const [blocksPerDay, unblocksPerDay] = [
    blockRate(priors, hazard),
    priors.block.unblockPerDay.value,
  ];
  const step = new Float64Array(CORE_COUNT * CORE_COUNT);
  for (let from = 0; from < LIVENESS_COUNT; from++) {
    const [block, unblock] = [
      blocksPerDay * (share[from] ?? 0),
      unblocksPerDay * (share[from] ?? 0),
    ];
    for (let to = 0; to < LIVENESS_COUNT; to++) {
      const moves = liveness[from * LIVENESS_COUNT + to] ?? 0;
      const isGone = to === churned;
      const [stays, blocks] = isGone ? [moves, 0] : [moves * (1 - block), moves * block];
      step[(FREE + from) * CORE_COUNT + FREE + to] = stays;
      step[(FREE + from) * CORE_COUNT + BLOCKED + to] = blocks;
      step[(QUEUED + from) * CORE_COUNT + QUEUED + to] = stays;
      step[(QUEUED + from) * CORE_COUNT + BLOCKED + to] = blocks;
      step[(BLOCKED + from) * CORE_COUNT + BLOCKED + to] = isGone ? 0 : moves * (1 - unblock);
      step[(BLOCKED + from) * CORE_COUNT + FREE + to] = isGone ? moves : moves * unblock;
    }
  }
  return step;
};

export const multiply = (left: Matrix, right: Matrix, size: number): Matrix => {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let inner = 0; inner < size; inner++) {
      const factor = left[row * size + inner] ?? 0;
      if (factor === 0) continue;
      for (let column = 0; column < size; column++) {
        const at = row * size + column;
        product[at] = (product[at] ?? 0) + factor * (right[inner * size + column] ?? 0);
      }
    }
  }
  return product;
};
