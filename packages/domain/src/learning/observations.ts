import type { Model } from '../block-likelihood/model/model.ts';
import {
  BLOCKED,
  CORE_COUNT,
  LIVENESS_COUNT,
  livenesses,
  QUEUED,
  talkers,
} from '../block-likelihood/model/states.ts';
import { count, type Counts } from './counts.ts';
import { CELLS, hazardFactor, type LearningDay, nightOf } from './days.ts';
import type { Label } from './labels.ts';
import type { RateName } from './rates.ts';

export type Weights = Float64Array;

/** A day, and how probable every cell was on it, once the future is known too. */
export type Seen = { readonly day: LearningDay; readonly posterior: Weights };

const arriving = [
  ['arrives-on', livenesses.indexOf('on')],
  ['arrives-patchy', livenesses.indexOf('patchy')],
] as const;
const on = livenesses.indexOf('on');

type Which = { readonly live: number; readonly talker?: number };

/** Weight of a liveness over cores from `from` up to `until`, of one talker or of both. */
const weightOf = (
  posterior: Weights,
  [from, until]: readonly [number, number],
  { live, talker }: Which,
) => {
  let sum = 0;
  for (let one = talker ?? 0; one <= (talker ?? talkers.length - 1); one++) {
    for (let core = from + live; core < until; core += LIVENESS_COUNT) {
      sum += posterior[one * CORE_COUNT + core] ?? 0;
    }
  }
  return sum;
};
const inAll = (posterior: Weights, which: Which) => weightOf(posterior, [0, CORE_COUNT], which);
const open = (posterior: Weights, which: Which) => weightOf(posterior, [0, BLOCKED], which);
const queued = (posterior: Weights, which: Which) => weightOf(posterior, [QUEUED, BLOCKED], which);

export const countMessagesAndCalls = (counts: Counts, { day, posterior }: Seen): void => {
  const { plan, waits } = day;
  for (const [rate, live] of arriving) {
    const place = { rate, factor: 1 };
    if (plan && plan.arrived !== 'none') count(counts, place, { yes: inAll(posterior, { live }) });
    else if (waits) count(counts, place, { no: queued(posterior, { live }) });
  }
  const rings = { rate: 'rings-on', factor: 1 } as const;
  if (plan?.ring === 'some') count(counts, rings, { yes: inAll(posterior, { live: on }) });
  if (plan?.ring === 'none') count(counts, rings, { no: open(posterior, { live: on }) });
};

export const countInbound = (counts: Counts, model: Model, { day, posterior }: Seen): void => {
  if (day.plan?.inbound !== 'some' && !day.silent) return;
  const shares = model.priors.inbound.share;
  for (const [talker, rate] of (['writer-per-day', 'quiet-per-day'] as const).entries()) {
    for (const [live, name] of livenesses.entries()) {
      const factor = shares[name].value;
      // A phone that is off writes nothing, whatever the rate.
      if (factor === 0) continue;
      const which = { live, talker };
      const seen = day.silent ? { no: open(posterior, which) } : { yes: inAll(posterior, which) };
      count(counts, { rate, factor }, seen);
    }
  }
};

const churned = livenesses.indexOf('churned');

/** What the morning says of one cell of the evening before, by what the night made of it. */
type Outlook = { readonly stays: number; readonly blocks: number; readonly leaves: number };

const outlookOf = (cell: number, step: Weights, morning: Weights): Outlook => {
  const [core, start] = [cell % CORE_COUNT, cell - (cell % CORE_COUNT)];
  let [stays, blocks, leaves] = [0, 0, 0];
  for (let to = 0; to < CORE_COUNT; to++) {
    const moves = step[core * CORE_COUNT + to] ?? 0;
    if (moves === 0) continue;
    const seen = moves * (morning[start + to] ?? 0);
    // Who leaves WhatsApp that night could not have blocked in it.
    if (to % LIVENESS_COUNT === churned) leaves += seen;
    else if (to >= BLOCKED) blocks += seen;
    else stays += seen;
  }
  return { stays, blocks, leaves };
};

/** By the liveness of the evening before: all that was not blocked, and what of it became so; of `total`. */
type Blocks = { readonly passed: Weights; readonly blocked: Weights; readonly total: number };

const countBlocks = (
  counts: Counts,
  { shares, raised }: { readonly shares: BlockShares; readonly raised: number },
  { passed, blocked, total }: Blocks,
): void => {
  for (const [live, name] of livenesses.entries()) {
    const factor = raised * shares[name].value;
    if (factor === 0) continue;
    const yes = (blocked[live] ?? 0) / total;
    const no = (passed[live] ?? 0) / total - yes;
    count(counts, { rate: 'block-per-day', factor }, { yes, no });
  }
};
type BlockShares = Model['priors']['block']['share'];

type Night = { readonly day: LearningDay; readonly evening: Weights; readonly morning: Weights };

/** Blocks of one night by where they began; gives what the future says on the evening before. */
export const countNight = (
  counts: Counts,
  model: Model,
  { day, evening, morning }: Night,
): Weights => {
  const step = nightOf(model, day.hazard);
  const future = new Float64Array(CELLS);
  const passed = new Float64Array(LIVENESS_COUNT);
  const blocked = new Float64Array(LIVENESS_COUNT);
  let total = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    const { stays, blocks, leaves } = outlookOf(cell, step, morning);
    future[cell] = stays + blocks + leaves;
    const weight = evening[cell] ?? 0;
    total += weight * (future[cell] ?? 0);
    if (cell % CORE_COUNT >= BLOCKED) continue;
    const live = cell % LIVENESS_COUNT;
    passed[live] = (passed[live] ?? 0) + weight * (stays + blocks);
    blocked[live] = (blocked[live] ?? 0) + weight * blocks;
  }
  const raised = hazardFactor(model, day.hazard);
  const { share: shares } = model.priors.block;
  countBlocks(counts, { shares, raised }, { passed, blocked, total });
  for (let cell = 0; cell < CELLS; cell++) future[cell] = (future[cell] ?? 0) / total;
  return future;
};

export const countTalker = (counts: Counts, posterior: Weights): void => {
  const writer = posterior.subarray(0, CORE_COUNT).reduce((sum, one) => sum + one, 0);
  count(counts, { rate: 'writer-share', factor: 1 }, { yes: writer, no: 1 - writer });
};

/** Whoever told counts once; whoever did not could have, by where they stood on the last day. */
export const countTelling = (counts: Counts, label: Label | undefined, last: Weights): void => {
  const telling = (rate: RateName) => ({ rate, factor: 1 });
  if (label) {
    count(counts, telling(`says-${label.said}`), { yes: 1 });
    return;
  }
  let blocked = 0;
  for (const [cell, one] of last.entries()) if (cell % CORE_COUNT >= BLOCKED) blocked += one;
  count(counts, telling('says-blocked'), { no: blocked });
  count(counts, telling('says-not-blocked'), { no: 1 - blocked });
};
