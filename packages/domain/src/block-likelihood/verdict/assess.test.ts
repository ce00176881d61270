import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import type { Priors } from '../model/priors.ts';
import type { SignalFact } from '../evidence/facts.ts';
import { assessContact, causesOf } from './assess.ts';
import { innocentAlternatives } from './sentences.ts';

const start = Date.UTC(2026, 8, 1, 8);
const at = (day: number, hours = 0) => start + day * DAY_MS + hours * HOUR_MS;
const fact = (kind: SignalFact['kind'], day: number): SignalFact => ({ kind, occurredAt: at(day) });
const sent = (day: number): SignalFact => ({
  kind: 'message-sent',
  occurredAt: at(day),
  messageRef: `m${day}`,
});
const logit = (p: number) => Math.log(p / (1 - p));
const assess = (facts: readonly SignalFact[], day: number, of: Priors = priors) =>
  assessContact(facts, { priors: of, asOf: at(day) });

describe('causes', () => {
  test('are the block, or the phone of whoever is not blocked', () => {
    const weights = new Float64Array(30);
    const set = (talker: number, link: number, liveness: number, weight: number) => {
      weights[talker * 15 + link * 5 + liveness] = weight;
    };
    set(0, 0, 0, 0.1);
    set(1, 1, 0, 0.2);
    set(0, 1, 1, 0.05);
    set(1, 0, 2, 0.15);
    set(0, 0, 3, 0.125);
    set(1, 0, 4, 0.0625);
    set(0, 2, 0, 0.25);
    set(1, 2, 4, 0.0625);
    expect(causesOf({ weights, traits: [] })).toEqual({
      reachable: expect.closeTo(0.3, 12),
      network: 0.05,
      'phone-off': 0.15,
      'long-off': 0.125,
      churned: 0.0625,
      blocked: 0.3125,
    });
  });

  test('are added up over settings', () => {
    const weights = new Float64Array(90);
    [weights[2], weights[3], weights[30], weights[89]] = [0.1, 0.2, 0.3, 0.4];
    expect(causesOf({ weights, traits: ['photo'] })).toMatchObject({
      reachable: 0.1,
      network: 0.2,
      blocked: 0.7,
    });
  });

  test('are no more than certain', () => {
    const weights = new Float64Array(30);
    weights[10] = 1 + 1e-12;
    expect(causesOf({ weights, traits: [] }).blocked).toBe(1);
  });
});

describe('an assessment', () => {
  test('of nothing is the prior, and has nothing to explain', () => {
    const { probability, priorLogOdds, families, band, modelVersion } = assess([], 0);
    expect(probability).toBeCloseTo(0.005 * 0.996, 12);
    expect(priorLogOdds).toBeCloseTo(logit(0.005 * 0.996), 9);
    expect([families, band, modelVersion]).toEqual([[], 'undetermined', priors.version]);
  });

  test('of one family has all of the difference in it', () => {
    const { families, probability, priorLogOdds } = assess([fact('call-not-ringing', 0)], 0);
    expect(families).toHaveLength(1);
    const [call] = families;
    expect(call?.family).toBe('call');
    expect(call?.contribution).toBeCloseTo(logit(probability) - priorLogOdds, 9);
    expect(call?.probabilityWithout).toBeCloseTo(0.005 * 0.996, 9);
    expect(call?.contribution).toBeGreaterThan(2);
  });

  test('of several shares out what they say together by what each adds to the others', () => {
    const facts = [
      sent(0),
      fact('photo-seen', 1),
      fact('call-not-ringing', 3),
      fact('photo-missing', 5),
    ];
    const { families, probability, priorLogOdds } = assess(facts, 8);
    const alone = families.map(
      ({ probabilityWithout }) => logit(probability) - logit(probabilityWithout),
    );
    const total = logit(probability) - priorLogOdds;
    const sum = alone.reduce((all, one) => all + one, 0);
    const size = alone.reduce((all, one) => all + Math.abs(one), 0);
    expect(Math.abs(total - sum)).toBeGreaterThan(1e-3);
    for (const [nth, { contribution }] of families.entries())
      expect(contribution).toBeCloseTo(
        (alone[nth] ?? 0) + (total - sum) * (Math.abs(alone[nth] ?? 0) / size),
        9,
      );
  });

  test('has innocent alternatives where a family speaks for a block, and none where it speaks against', () => {
    const { families } = assess([fact('call-not-ringing', 0), fact('inbound-message', 0)], 0);
    const of = (name: string) => families.find(({ family }) => family === name);
    expect(of('inbound')?.contribution).toBeLessThan(0);
    expect(of('inbound')?.innocentAlternatives).toEqual([]);
    const silent = assess([fact('call-not-ringing', 0)], 0).families[0];
    expect(silent?.innocentAlternatives).toEqual([...innocentAlternatives.call]);
  });

  test('asks for an observation only while there is a doubt', () => {
    const stuck = [0, 3, 6].map(sent);
    expect(assess(stuck, 12).nextObservation?.observation).toBeDefined();
    const alive = assess([...stuck, { kind: 'inbound-message', occurredAt: at(12) - 1 }], 12);
    expect(alive.band).toBe('reachable');
    expect('nextObservation' in alive).toBe(false);
  });

  test('leaves out who asked for no promotions when calls are suggested', () => {
    const observed = (facts: readonly SignalFact[]) =>
      assess([fact('photo-seen', 0), fact('photo-missing', 3), ...facts], 4).nextObservation
        ?.observation;
    expect(observed([])).toBe('expected-call');
    expect(observed([fact('marketing-opt-out', 1)])).not.toBe('expected-call');
  });

  test('is calibrated as its priors say, its prior too', () => {
    const calibration = { slope: 1, intercept: 1 };
    const facts = [fact('call-not-ringing', 0)];
    const [plain, moved] = [assess(facts, 0), assess(facts, 0, { ...priors, calibration })];
    expect(logit(moved.probability)).toBeCloseTo(logit(plain.probability) + 1, 9);
    expect(moved.priorLogOdds).toBeCloseTo(plain.priorLogOdds + 1, 9);
    expect(logit(moved.families[0]?.probabilityWithout ?? 0)).toBeCloseTo(
      logit(plain.families[0]?.probabilityWithout ?? 0) + 1,
      9,
    );
  });
});

describe('a family counts against a person by an observation, never by silence', () => {
  const { publishing } = priors;
  /** Whatever is likely, one family that points to a block publishes it; held back is what none does. */
  const eager: Priors = {
    ...priors,
    version: 'eager',
    publishing: {
      ...publishing,
      suspected: { value: 0, source: 'test' },
      negativeFamiliesMin: { value: 1, source: 'test' },
    },
  };
  const outcome = (facts: readonly SignalFact[], day = 20) =>
    assess(facts, day, eager).rule.outcome;
  const failed = (code: number): SignalFact => ({
    kind: 'message-failed',
    occurredAt: at(1),
    messageRef: 'f',
    code,
  });

  test.each<[string, readonly SignalFact[]]>([
    ['a message that waits', [sent(1)]],
    ['a silent call', [fact('call-not-ringing', 19)]],
    ['a photo that is gone', [fact('photo-seen', 1), fact('photo-missing', 19)]],
    ['a last-seen that is gone', [fact('presence-seen', 1), fact('presence-missing', 19)]],
    ['an addition to a group that was refused', [fact('group-add-refused', 19)]],
  ])('%s points to a block', (_name, facts) => {
    expect(outcome(facts)).toBe('published');
  });

  test.each<[string, readonly SignalFact[]]>([
    ['silence', [fact('promotion-sent', 0)]],
    ['a photo that was never there', [fact('photo-missing', 19)]],
    ['a last-seen that was never there', [fact('presence-missing', 19)]],
    ['a complaint', [fact('complaint-recorded', 1)]],
    ['a code that says nothing', [fact('promotion-sent', 0), failed(999_999)]],
    ['a photo that is there', [fact('photo-seen', 19)]],
  ])('%s does not', (_name, facts) => {
    expect(outcome(facts)).toBe('held-back');
  });

  test('what moves the odds by a trace only is not counted', () => {
    // Seen and gone many years ago: settings have taken their own course since.
    const old = [fact('presence-seen', 0), fact('presence-missing', 1), fact('inbound-message', 2)];
    expect(outcome(old, 3)).toBe('published');
    expect(outcome(old, 9_000)).toBe('held-back');
  });
});
