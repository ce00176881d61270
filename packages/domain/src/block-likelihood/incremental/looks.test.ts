import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { assessContact } from '../verdict/assess.ts';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import type { SignalFact } from '../evidence/facts.ts';
import {
  concludeLikelihood,
  foldLikelihood,
  initialLikelihood,
  type LikelihoodState,
} from './incremental.ts';

const start = Date.UTC(2026, 0, 5, 8);
const at = (day: number, hours = 0) => start + day * DAY_MS + hours * HOUR_MS;
const fact = (kind: SignalFact['kind'], day: number, hours = 1): SignalFact => ({
  kind,
  occurredAt: at(day, hours),
});
const sent = (day: number): SignalFact => ({
  kind: 'message-sent',
  occurredAt: at(day),
  messageRef: `mr_${day}`,
});
const delivered = (day: number, on = day, hours = 2): SignalFact => ({
  kind: 'message-delivered',
  occurredAt: at(on, hours),
  messageRef: `mr_${day}`,
});
const byTime = (facts: readonly SignalFact[]) =>
  facts.toSorted((a, b) => a.occurredAt - b.occurredAt);

/** Answers for a month and more, every second day, so that days are closed. */
const lively = Array.from({ length: 24 }, (_, nth) => [sent(2 * nth), delivered(2 * nth)]).flat();
const stuck = [50, 52, 55].map(sent);

/** Lives in which settings are looked at before, between and after days are closed. */
const lives: Readonly<Record<string, readonly SignalFact[]>> = {
  'no look at all': [...lively, ...stuck],
  'a photo that is gone': [...lively, fact('photo-seen', 3), fact('photo-missing', 30), ...stuck],
  'a photo never seen, on the first day': [fact('photo-missing', 0), ...lively, ...stuck],
  'three settings, in several orders': [
    ...lively,
    fact('presence-seen', 5),
    fact('photo-seen', 6),
    fact('group-add-accepted', 9),
    fact('photo-missing', 40),
    fact('presence-missing', 40),
    fact('group-add-refused', 41),
    ...stuck,
  ],
  'looks while messages wait': [
    ...lively.slice(0, 24),
    ...[25, 27, 30, 33, 35, 38, 41].map(sent),
    fact('photo-missing', 28),
    fact('presence-missing', 36),
    fact('call-not-ringing', 37),
    ...[44, 47, 50, 53, 56].map(sent),
  ],
  'calls, groups, complaints and an opt-out': [
    ...lively,
    fact('call-rang', 4),
    fact('call-not-ringing', 20),
    fact('group-receipt', 22),
    fact('group-receipt-missing', 33),
    fact('complaint-recorded', 35),
    fact('marketing-opt-out', 36),
    fact('marketing-opt-in', 44),
    fact('inbound-message', 46),
    ...stuck,
  ],
  'codes and late arrivals': [
    ...lively,
    sent(11),
    delivered(11, 21),
    { kind: 'message-failed', occurredAt: at(13, 3), messageRef: 'mr_13', code: 131_026 },
    sent(15),
    { kind: 'message-failed', occurredAt: at(15, 3), messageRef: 'mr_15', code: 131_049 },
    sent(31),
    delivered(31, 51),
    ...stuck,
  ],
};

const states = new Map<readonly SignalFact[], LikelihoodState>();

/** Folded when a test first asks for it, and once. */
const stateOf = (facts: readonly SignalFact[]): LikelihoodState => {
  const known = states.get(facts) ?? foldedOneByOne(facts);
  states.set(facts, known);
  return known;
};

const foldedOneByOne = (facts: readonly SignalFact[]): LikelihoodState => {
  let state = initialLikelihood(priors);
  for (const one of byTime(facts)) state = foldLikelihood(state, [one], priors);
  return JSON.parse(JSON.stringify(state)) as LikelihoodState;
};

describe.each(Object.entries(lives))('%s', (_name, facts) => {
  test('days are closed', () => {
    const state = stateOf(facts);
    expect(state.closed?.day).toBeDefined();
    expect(state.outdated).toBe(false);
  });

  test.each([58, 63, 80])(
    'the assessment of all facts on day %i is the one of what was retained',
    (day) => {
      const asked = { priors, asOf: at(day) };
      const [step, whole] = [
        concludeLikelihood(stateOf(facts), asked)!,
        assessContact(facts, asked),
      ];
      expect(step.band).toBe(whole.band);
      expect(step.probability).toBeCloseTo(whole.probability, 4);
      expect(step.priorLogOdds).toBeCloseTo(whole.priorLogOdds, 9);
      for (const [cause, share] of Object.entries(whole.causes))
        expect(Math.abs(step.causes[cause as keyof typeof step.causes] - share)).toBeLessThan(5e-4);
      expect(step.families.map(({ family }) => family)).toEqual(
        whole.families.map(({ family }) => family),
      );
      for (const [
        index,
        { probabilityWithout, contribution, sentence },
      ] of whole.families.entries()) {
        const own = step.families[index]!;
        expect(own.probabilityWithout).toBeCloseTo(probabilityWithout, 4);
        expect(Math.abs(own.contribution - contribution)).toBeLessThan(5e-3);
        expect(own.sentence).toEqual(sentence);
      }
    },
  );
});

describe('days', () => {
  test('are closed alike by one long list, in any order', () => {
    const facts = lives['a photo that is gone']!;
    const once = foldLikelihood(initialLikelihood(priors), facts.toReversed(), priors);
    const whole = assessContact(facts, { priors, asOf: at(60) });
    expect(once.closed?.day).toBeDefined();
    const step = concludeLikelihood(once, { priors, asOf: at(60) });
    expect(step?.probability).toBeCloseTo(whole.probability, 4);
  });

  test('that are closed are not concluded of, nor by another model', () => {
    const state = stateOf(lives['no look at all']!);
    const closedUntil = ((state.closed?.day ?? 0) + 1) * DAY_MS;
    expect(concludeLikelihood(state, { priors, asOf: closedUntil - 1 })).toBeUndefined();
    expect(concludeLikelihood(state, { priors, asOf: closedUntil })).toBeDefined();
    const other = { ...priors, version: 'other' };
    expect(concludeLikelihood(state, { priors: other, asOf: at(60) })).toBeUndefined();
  });

  test('stay open for eight days after the youngest fact', () => {
    const state = stateOf(lives['no look at all']!);
    const newestDay = Math.floor((state.newest ?? 0) / DAY_MS);
    expect(state.newest).toBe(at(55));
    expect(state.closed?.day).toBeLessThanOrEqual(newestDay - 8);
  });

  test('of a repeat change nothing, not even the state', () => {
    const state = foldedOneByOne(lively);
    expect(foldLikelihood(state, [lively.at(-1)!], priors)).toBe(state);
  });

  test('that are closed make a late fact and a changed number an occasion to begin anew', () => {
    const state = stateOf(lives['no look at all']!);
    const closedUntil = ((state.closed?.day ?? 0) + 1) * DAY_MS;
    const called = (occurredAt: number) =>
      foldLikelihood(state, [{ kind: 'call-rang', occurredAt }], priors).outdated;
    expect([called(closedUntil - 1), called(closedUntil)]).toEqual([true, false]);
    const changed = foldLikelihood(state, [fact('number-changed', 60)], priors);
    expect(changed.outdated).toBe(true);
    expect(
      foldLikelihood(initialLikelihood(priors), [fact('number-changed', 60)], priors).outdated,
    ).toBe(false);
  });
});
