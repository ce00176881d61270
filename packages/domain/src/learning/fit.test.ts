import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { assumedPriors } from '../block-likelihood/model/assumed-priors.ts';
import type { SignalFact } from '../block-likelihood/evidence/facts.ts';
import { livenessStep } from '../block-likelihood/model/model.ts';
import type { Priors } from '../block-likelihood/model/priors.ts';
import { LIVENESS_COUNT, livenesses } from '../block-likelihood/model/states.ts';
import { addCounts, changeOf, noCounts, taughtBy } from './counts.ts';
import { assumedTaught, CHANGE_MIN, fittedPriors, ROUNDS_MAX } from './fit.ts';
import { saidOf } from './held-out.ts';
import type { Label } from './labels.ts';
import { lessonOf } from './lesson.ts';
import { rates, type RateName, type Taught } from './rates.ts';

const start = Date.UTC(2026, 5, 1);
const DAYS = 70;
const until = start + DAYS * DAY_MS;

/** A small generator with a seed (mulberry32): the same people in every run. */
const randomFrom = (seed: number) => {
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

/** Someone who lives by these priors, gets a message every other day, and may block us. */
const person = (priors: Priors, random: () => number) => {
  const { block, delivery, inbound } = priors;
  const step = livenessStep(priors);
  const writes = random() < inbound.writerShare.value ? inbound.writerPerDay : inbound.quietPerDay;
  let live = pick(
    random,
    livenesses.map((name) => priors.liveness.initially[name].value),
  );
  let blocked = random() < block.initially.value;
  let waiting: string[] = [];
  const facts: SignalFact[] = [];
  for (let day = 0; day < DAYS; day++) {
    if (day > 0) {
      const share = block.share[livenesses[live] ?? 'on'].value;
      if (blocked) blocked = random() >= block.unblockPerDay.value * share;
      else if (random() < block.perDay.value * share) [blocked, waiting] = [true, []];
      live = pick(random, [...step.subarray(live * LIVENESS_COUNT, (live + 1) * LIVENESS_COUNT)]);
    }
    const name = livenesses[live] ?? 'on';
    const [morning, noon] = [8, 12].map((hour) => start + day * DAY_MS + hour * HOUR_MS) as [
      number,
      number,
    ];
    if (day % 2 === 0) {
      const messageRef = `mr_${day}`;
      facts.push({ kind: 'message-sent', occurredAt: morning, messageRef });
      if (!blocked) waiting.push(messageRef);
    }
    if (blocked) continue;
    const wrote = random() < writes.value * inbound.share[name].value;
    if (wrote) facts.push({ kind: 'inbound-message', occurredAt: noon + HOUR_MS });
    if (waiting.length > 0 && random() < delivery.arrives[name].value) {
      for (const messageRef of waiting)
        facts.push({ kind: 'message-delivered', occurredAt: noon, messageRef });
      waiting = [];
    }
  }
  return { facts, blocked };
};

const people = (priors: Priors, size: number, seed: number) => {
  const random = randomFrom(seed);
  return Array.from({ length: size }, () => person(priors, random));
};

const fitTo = (
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

const changed = (values: Partial<Record<RateName, number>>): Priors =>
  Object.entries(values).reduce(
    (taught, [name, value]) => rates[name as RateName].write(taught, { value, source: 'truth' }),
    assumedTaught,
  ).priors;

const logLossOf = (priors: Priors, reported: ReturnType<typeof people>): number =>
  reported.reduce((loss, { facts, blocked }) => {
    const said = Math.min(1 - 1e-6, Math.max(1e-6, saidOf(facts, { asOf: until - 1, priors })));
    return loss - Math.log(blocked ? said : 1 - said);
  }, 0) / reported.length;

describe('a fit', () => {
  test('without data is exactly what was assumed', () => {
    expect(fitTo([])).toEqual(assumedTaught);
    expect(fitTo([[]]).priors).toEqual(assumedPriors);
  });

  test('of very few people changes little', () => {
    const truth = changed({ 'block-per-day': 0.006 });
    const { priors } = fitTo(people(truth, 5, 1).map(({ facts }) => facts));
    expect(priors.block.perDay.value).toBeLessThan(0.0018);
    expect(priors.block.perDay.value).toBeGreaterThan(0.0013);
  });

  test('of many people moves towards the truth, and judges strangers no worse', () => {
    const requested = {
      'block-per-day': 0.006,
      'writer-per-day': 0.14,
      'arrives-on': 0.9,
    } as const;
    const truth = changed(requested);
    const taught = fitTo(people(truth, 250, 2).map(({ facts }) => facts));
    for (const [name, value] of Object.entries(requested)) {
      const { read } = rates[name as RateName];
      const [before, now] = [read(assumedTaught), read(taught)].map((one) => Math.abs(one - value));
      expect({ name, closer: (now ?? 0) < (before ?? 0) * 0.6 }).toEqual({ name, closer: true });
    }
    const strangers = people(truth, 250, 3);
    const fitted = fittedPriors(taught, {
      version: 'fitted',
      calibration: { slope: 1, intercept: 0 },
    });
    const [before, now] = [logLossOf(assumedPriors, strangers), logLossOf(fitted, strangers)];
    expect(now).toBeLessThan(before + 0.001);
  });

  test('of people who live as assumed stays near the assumptions', () => {
    const { priors } = fitTo(people(assumedPriors, 200, 4).map(({ facts }) => facts));
    expect(priors.block.perDay.value / assumedPriors.block.perDay.value).toBeGreaterThan(0.6);
    expect(priors.block.perDay.value / assumedPriors.block.perDay.value).toBeLessThan(1.6);
    expect(priors.delivery.arrives.on.value).toBeCloseTo(0.985, 2);
  });

  test('every round explains facts and assumptions better than the one before', () => {
    const truth = changed({ 'block-per-day': 0.01, 'writer-per-day': 0.2 });
    const histories = people(truth, 12, 5).map(({ facts }) => facts);
    let [taught, before] = [assumedTaught, -Infinity];
    for (let round = 0; round < 6; round++) {
      const counts = noCounts();
      let explained = 0;
      for (const facts of histories) {
        const lesson = lessonOf(facts, undefined, { taught, until });
        explained += lesson?.logLikelihood ?? 0;
        if (lesson) addCounts(counts, lesson.counts);
      }
      for (const { weight, read } of Object.values(rates)) {
        const [assumed, now] = [read(assumedTaught), read(taught)];
        explained += weight * (assumed * Math.log(now) + (1 - assumed) * Math.log(1 - now));
      }
      expect(explained).toBeGreaterThanOrEqual(before - 1e-9);
      before = explained;
      taught = taughtBy(counts, assumedTaught, 'test');
    }
  });

  test('of people of whom some tell finds how many do, and is not carried away by their word', () => {
    const truth = changed({ 'block-per-day': 0.006 });
    const random = randomFrom(7);
    const reported = people(truth, 150, 6).map(({ facts, blocked }) => ({
      facts,
      label:
        blocked && random() < 0.5 ? ({ said: 'blocked', at: until - DAY_MS } as const) : undefined,
    }));
    const silent = fitTo(reported.map(({ facts }) => facts));
    const taught = fitTo(
      reported.map(({ facts }) => facts),
      reported.map(({ label }) => label),
    );
    expect(taught.telling.blocked).toBeGreaterThan(0.2);
    expect(taught.telling.blocked).toBeLessThan(0.5);
    const [now, before] = [taught, silent].map(({ priors }) => priors.block.perDay.value);
    expect((now ?? 0) / (before ?? 1)).toBeGreaterThan(0.85);
    expect((now ?? 0) / (before ?? 1)).toBeLessThan(1.15);
  });

  test('does not depend on the order of people', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), (seed) => {
        const histories = people(assumedPriors, 4, seed).map(({ facts }) => facts);
        const [one, other] = [fitTo(histories), fitTo(histories.toReversed())];
        for (const { read } of Object.values(rates)) expect(read(other)).toBeCloseTo(read(one), 9);
      }),
      { numRuns: 5 },
    );
  });
});
