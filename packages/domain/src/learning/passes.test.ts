import { describe, expect, test } from '@jest/globals';
import { emptyDay, type DayPlan } from '../block-likelihood/evidence/day-plan.ts';
import { assumedPriors } from '../block-likelihood/model/assumed-priors.ts';
import { coreStep, modelOf, type Hazard } from '../block-likelihood/model/model.ts';
import { likelihoodsOf, type LearningDay } from './days.ts';
import { forward, toMorning, toWeighed } from './passes.ts';

const calm: Hazard = { complaint: false, frequent: false, optOut: false };
const model = modelOf(assumedPriors);
const dayWith = (day: number, plan?: Partial<DayPlan>): LearningDay => ({
  day,
  hazard: calm,
  plan: plan && { ...emptyDay(day), ...plan },
  waits: false,
  silent: false,
});
const pass = (...days: readonly LearningDay[]) => forward(model, days, () => undefined);
const sumOf = (weights: Iterable<number>) => [...weights].reduce((sum, one) => sum + one, 0);
/** What is in the free, the waiting and the blocked cells of both talkers. */
const links = (weights: Float64Array) =>
  [0, 1, 2].map((link) => sumOf(weights.filter((_, cell) => Math.floor((cell % 15) / 5) === link)));

describe('forward', () => {
  test('a first day that says nothing leaves what is believed to begin with', () => {
    const { passed, logLikelihood } = pass(dayWith(1));
    expect(logLikelihood).toBeCloseTo(0, 12);
    for (const [cell, one] of model.initially.entries()) {
      expect(passed[0]?.weighed[cell]).toBeCloseTo(one, 12);
      expect(passed[0]?.closed[cell]).toBeCloseTo(one, 12);
    }
  });

  test('the next morning is one step of the night on', () => {
    const { passed } = pass(dayWith(1), dayWith(2));
    const step = coreStep(assumedPriors, calm);
    for (let cell = 0; cell < 30; cell++) {
      const [talker, to] = [Math.floor(cell / 15), cell % 15];
      let expected = 0;
      for (let from = 0; from < 15; from++)
        expected += (model.initially[talker * 15 + from] ?? 0) * (step[from * 15 + to] ?? 0);
      expect(passed[1]?.weighed[cell]).toBeCloseTo(expected, 12);
    }
  });

  test('weighs by the day, and the likelihood is of all days together', () => {
    const [rang, wrote] = [dayWith(1, { ring: 'some' }), dayWith(2, { inbound: 'some' })];
    const { passed, logLikelihood } = pass(rang, wrote);
    const seen = likelihoodsOf(model, rang);
    const raw = model.initially.map((one, cell) => one * (seen[cell] ?? 0));
    const first = sumOf(raw);
    expect(passed[0]?.weighed[0]).toBeCloseTo((raw[0] ?? 0) / first, 12);
    expect(sumOf(passed[1]?.weighed ?? [])).toBeCloseTo(1, 12);
    const alone = pass(rang).logLikelihood;
    expect(alone).toBeCloseTo(Math.log(first), 12);
    expect(logLikelihood).toBeLessThan(alone + Math.log(0.07));
  });

  test('a label weighs every cell of its day', () => {
    const label = Float64Array.from({ length: 30 }, (_, cell) => (cell % 15 >= 10 ? 0.5 : 0.25));
    const { passed, logLikelihood } = forward(model, [dayWith(1), dayWith(2)], ({ day }) =>
      day === 1 ? label : undefined,
    );
    const [, , blocked = 0] = links(model.initially);
    const said = blocked * 0.5 + (1 - blocked) * 0.25;
    expect(logLikelihood).toBeCloseTo(Math.log(said), 12);
    expect(links(passed[0]?.weighed ?? label)[2]).toBeCloseTo((blocked * 0.5) / said, 12);
    expect(passed[0]?.likelihoods[10]).toBe(0.5);
    expect(passed[1]?.likelihoods[10]).toBe(1);
  });
});

describe('what was sent', () => {
  const linksOn = (plan: Partial<DayPlan>) => {
    const { passed } = pass(dayWith(1, plan));
    const { weighed, closed } = passed[0]!;
    return {
      weighed: links(weighed).map((one) => one > 0),
      closed: links(closed).map((one) => one > 0),
    };
  };

  test('waits from the morning on, until something settles it', () => {
    expect(linksOn({ joins: true, waitsOn: true })).toEqual({
      weighed: [false, true, true],
      closed: [false, true, true],
    });
    expect(linksOn({ joins: true })).toEqual({
      weighed: [false, true, true],
      closed: [true, false, true],
    });
  });

  test('on a day with a sign of life waits from the evening on', () => {
    expect(linksOn({ joins: true, alive: true, waitsOn: true })).toEqual({
      weighed: [true, false, true],
      closed: [false, true, true],
    });
  });

  test('before is settled by a sign of life, and by nothing waiting any more', () => {
    const sent = dayWith(1, { joins: true, waitsOn: true });
    const closedBy = (plan?: Partial<DayPlan>) =>
      links(pass(sent, dayWith(2, plan)).passed[1]!.closed);
    expect(closedBy({ alive: true, waitsOn: true })[1]).toBe(0);
    expect(closedBy({})[1]).toBe(0);
    expect(closedBy({ waitsOn: true })[1]).toBeGreaterThan(0.9);
    expect(closedBy()[1]).toBeGreaterThan(0.9);
  });

  test('keeps its phone and its talker when it moves', () => {
    const { weighed } = pass(dayWith(1, { joins: true, waitsOn: true })).passed[0]!;
    for (const start of [0, 15])
      for (let live = 0; live < 5; live++)
        expect(weighed[start + 5 + live]).toBeCloseTo(model.initially[start + live] ?? 0, 12);
  });
});

describe('backward', () => {
  const future = Float64Array.from({ length: 30 }, (_, cell) => cell + 1);
  const passedOn = (plan?: Partial<DayPlan>) => pass(dayWith(1, plan)).passed[0]!;

  test('whoever was moved in the evening sees what the new place sees', () => {
    const settled = toWeighed(future, passedOn({}));
    const again = toWeighed(future, passedOn({ alive: true, joins: true, waitsOn: true }));
    const waiting = toWeighed(future, passedOn({ waitsOn: true }));
    for (const start of [0, 15]) {
      for (let live = 0; live < 5; live++) {
        const [free, queued, blocked] = [start + live, start + 5 + live, start + 10 + live];
        const is = (of: Float64Array) => [free, queued, blocked].map((cell) => (of[cell] ?? 0) - 1);
        expect(is(settled)).toEqual([free, free, blocked]);
        // Settled first and sent again after: both end where it waits.
        expect(is(again)).toEqual([queued, queued, blocked]);
        expect(is(waiting)).toEqual([free, queued, blocked]);
      }
    }
    expect(toWeighed(future, passedOn())).toEqual(future);
  });

  test('the morning has what the day said, and what was sent before it was weighed', () => {
    const quiet = passedOn();
    expect(toMorning(future, quiet)).toEqual(future);
    const sent = passedOn({ joins: true, waitsOn: true, ring: 'some' });
    const morning = toMorning(future, sent);
    const seen = (cell: number) => (future[cell] ?? 0) * (sent.likelihoods[cell] ?? 0);
    expect(morning[0]).toBe(seen(5));
    expect(morning[5]).toBe(seen(5));
    expect(morning[10]).toBe(seen(10));
    expect(toMorning(future, passedOn({ joins: true, alive: true }))[0]).toBe(1);
  });

  test('sees the same evidence from every day, past and future taken together', () => {
    const days = [
      dayWith(1, { joins: true, waitsOn: true }),
      dayWith(2, { ring: 'none', waitsOn: true }),
      dayWith(3, { inbound: 'some', alive: true }),
    ];
    const { passed, logLikelihood } = pass(...days);
    const step = coreStep(assumedPriors, calm);
    let seen: Float64Array = new Float64Array(30).fill(1);
    for (const one of passed.toReversed()) {
      const morning = toMorning(toWeighed(seen, one), one);
      const { day } = one.day;
      if (day === 1) {
        expect(
          Math.log(sumOf(morning.map((w, cell) => w * (model.initially[cell] ?? 0)))),
        ).toBeCloseTo(logLikelihood, 9);
        continue;
      }
      seen = Float64Array.from({ length: 30 }, (_, cell) =>
        sumOf(
          Array.from(
            { length: 15 },
            (__, to) =>
              (step[(cell % 15) * 15 + to] ?? 0) * (morning[cell - (cell % 15) + to] ?? 0),
          ),
        ),
      );
    }
  });
});
