import { DAY_MS, HOUR_MS } from '@tact/contracts';
import type { SignalFact } from '../../block-likelihood/evidence/facts.ts';
import { livenessStep } from '../../block-likelihood/model/model.ts';
import type { Priors } from '../../block-likelihood/model/priors.ts';
import { LIVENESS_COUNT, livenesses } from '../../block-likelihood/model/states.ts';
import { addCounts, changeOf, noCounts, taughtBy } from '../counts.ts';
import { assumedTaught, CHANGE_MIN, ROUNDS_MAX } from '../fit.ts';
import type { Label } from '../labels.ts';
import { lessonOf } from '../lesson.ts';
import { rates, type RateName, type Taught } from '../rates.ts';

const start = Date.UTC(2026, 5, 1);
const DAYS = 70;
export const until = start + DAYS * DAY_MS;

/** A small generator with a seed (mulberry32): the same people in every run. */
export const randomFrom = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const pick = (random: () => number, weights: readonly number[]): number => {
  let left = random() * weights.reduce((sum, one) => sum + one, 0);
  return Math.max(
    0,
    weights.findIndex((one) => (left -= one) < 0),
  );
};

type Life = { live: number; blocked: boolean; waiting: string[] };

/** What a night changes: somebody blocks us or ends it, and the phone is elsewhere. */
const nightOf = (life: Life, priors: Priors, random: () => number): void => {
  const { block } = priors;
  const step = livenessStep(priors);
  const share = block.share[livenesses[life.live] ?? 'on'].value;
  if (life.blocked) life.blocked = random() >= block.unblockPerDay.value * share;
  else if (random() < block.perDay.value * share)
    Object.assign(life, { blocked: true, waiting: [] });
  const weights = step.subarray(life.live * LIVENESS_COUNT, (life.live + 1) * LIVENESS_COUNT);
  life.live = pick(random, [...weights]);
};

/** What is seen of a day: our message every other morning, at noon what arrives, and whether the person writes. */
const dayOf = (
  life: Life,
  { priors, writes, day }: { priors: Priors; writes: number; day: number },
  random: () => number,
): SignalFact[] => {
  const facts: SignalFact[] = [];
  const name = livenesses[life.live] ?? 'on';
  const [morning, noon] = [8, 12].map((hour) => start + day * DAY_MS + hour * HOUR_MS) as [
    number,
    number,
  ];
  if (day % 2 === 0) {
    const messageRef = `mr_${day}`;
    facts.push({ kind: 'message-sent', occurredAt: morning, messageRef });
    if (!life.blocked) life.waiting.push(messageRef);
  }
  if (life.blocked) return facts;
  const wrote = random() < writes * priors.inbound.share[name].value;
  if (wrote) facts.push({ kind: 'inbound-message', occurredAt: noon + HOUR_MS });
  if (life.waiting.length > 0 && random() < priors.delivery.arrives[name].value) {
    for (const messageRef of life.waiting)
      facts.push({ kind: 'message-delivered', occurredAt: noon, messageRef });
    life.waiting = [];
  }
  return facts;
};

/** Someone who lives by these priors, gets a message every other day, and may block us. */
const person = (priors: Priors, random: () => number) => {
  const { inbound } = priors;
  const { value: writes } =
    random() < inbound.writerShare.value ? inbound.writerPerDay : inbound.quietPerDay;
  const live = pick(
    random,
    livenesses.map((name) => priors.liveness.initially[name].value),
  );
  const life: Life = { live, blocked: random() < priors.block.initially.value, waiting: [] };
  const facts: SignalFact[] = [];
  for (let day = 0; day < DAYS; day++) {
    if (day > 0) nightOf(life, priors, random);
    facts.push(...dayOf(life, { priors, writes, day }, random));
  }
  return { facts, blocked: life.blocked };
};

export const people = (priors: Priors, size: number, seed: number) => {
  const random = randomFrom(seed);
  return Array.from({ length: size }, () => person(priors, random));
};

export const fitTo = (
  histories: readonly SignalFact[][],
  labels: readonly (Label | undefined)[] = [],
): Taught => {
  let taught = assumedTaught;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const counts = noCounts();
    for (const [nth, facts] of histories.entries()) {
      const lesson = lessonOf(facts, labels[nth], { taught, until });
      if (lesson) addCounts(counts, lesson.counts);
    }
    const next = taughtBy(counts, assumedTaught, 'test');
    const change = changeOf(taught, next);
    taught = next;
    if (change < CHANGE_MIN) break;
  }
  return taught;
};

export const changed = (values: Partial<Record<RateName, number>>): Priors =>
  Object.entries(values).reduce(
    (taught, [name, value]) => rates[name as RateName].write(taught, { value, source: 'truth' }),
    assumedTaught,
  ).priors;
