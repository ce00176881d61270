import { describe, expect, test } from '@jest/globals';
import { allowedObservations, SignalKind, DAY_MS, HOUR_MS } from '@tact/contracts';
import fc from 'fast-check';
import { assessContact } from './assess.ts';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import { familyOf } from '../../signals/kinds.ts';
import { planOf } from '../evidence/day-plan.ts';
import { historyOf, type SignalFact } from '../evidence/facts.ts';
import { filtered } from '../filter/filter.ts';
import { modelOf } from '../model/model.ts';
import { nextObservation, TOO_FEW_BITS } from './next-observation.ts';

const start = Date.UTC(2026, 8, 1, 8);
const on = (day: number) => start + day * DAY_MS;
const kinds = SignalKind.options.filter((kind) => kind !== 'number-changed');
const someFact: fc.Arbitrary<SignalFact> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    hours: fc.integer({ min: 0, max: 60 * 24 }),
    ref: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ kind, hours, ref }) => ({
    kind,
    occurredAt: start + hours * HOUR_MS,
    ...(familyOf(kind) === 'delivery' ? { messageRef: `mr_${ref}` } : {}),
  }));
const someFacts = fc.array(someFact, { minLength: 1, maxLength: 20 });
const sent = (day: number): SignalFact => ({
  kind: 'message-sent',
  occurredAt: on(day),
  messageRef: `mr_${day}`,
});
const assess = (facts: readonly SignalFact[], day: number) =>
  assessContact(facts, { priors, asOf: on(day) });

const entropy = (p: number) =>
  p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
const stuck = [0, 3, 6].map(sent);

describe('the next observation', () => {
  test('tells no more than there is to know, is allowed, and is worth asking for', () => {
    fc.assert(
      fc.property(someFacts, fc.integer({ min: 0, max: 90 }), (facts, day) => {
        const { nextObservation: next, probability } = assess(facts, 60 + day);
        if (!next) return;
        expect(next.expectedInformation).toBeGreaterThanOrEqual(TOO_FEW_BITS);
        expect(next.expectedInformation).toBeLessThanOrEqual(entropy(probability) + 1e-9);
        expect(allowedObservations).toContain(next.observation);
        expect(next.observation).not.toMatch(/send|group|number|probe/);
      }),
    );
  });

  test('nobody waits for a message that is not under way, nor calls who asked for peace', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        const peace: SignalFact = { kind: 'marketing-opt-out', occurredAt: on(62) };
        const alive: SignalFact = { kind: 'inbound-message', occurredAt: on(61) };
        const observed = assess([...facts, alive, peace], 75).nextObservation?.observation;
        expect(['look-at-photo', 'look-at-presence', undefined]).toContain(observed);
      }),
    );
  });

  test('there is none when it is certain already', () => {
    const inbound: SignalFact = { kind: 'inbound-message', occurredAt: on(20) };
    expect(assess([...stuck, inbound], 20).nextObservation).toBeUndefined();
    const history = historyOf(stuck, on(20));
    if (!history) throw new Error('there are facts');
    const model = modelOf(priors);
    const families = new Set(['delivery'] as const);
    const plan = planOf(history, { model, families, asOf: on(20) });
    const { weights, traits } = filtered(model, plan);
    for (const isCertain of [(at: number) => at % 15 >= 10, (at: number) => at % 15 < 10]) {
      const kept = weights.map((weight, at) => (isCertain(at) ? weight : 0));
      const sum = kept.reduce((all, weight) => all + weight, 0);
      const belief = { weights: kept.map((weight) => weight / sum), traits };
      expect(nextObservation({ model, plan, belief, optedOut: false })).toBeUndefined();
    }
  });

  test('whoever can be reached is left in peace', () => {
    fc.assert(
      fc.property(someFacts, fc.integer({ min: 0, max: 30 }), (facts, day) => {
        const { band, nextObservation: next } = assess(facts, 60 + day);
        if (band === 'reachable') expect(next).toBeUndefined();
      }),
    );
  });

  test('a message just sent is waited for; after days of silence a look tells more', () => {
    expect(assess([sent(0)], 1).nextObservation?.observation).toBe('await-message');
    const spoke: SignalFact = { kind: 'call-not-ringing', occurredAt: on(20) };
    expect(assess([...stuck, spoke], 20).nextObservation?.observation).toBe('look-at-presence');
    const photo: SignalFact = { kind: 'photo-seen', occurredAt: on(1) };
    expect(assess([photo, ...stuck], 20).nextObservation?.observation).toBe('look-at-photo');
  });

  test('is what the filter itself would learn, had the look been made the next day', () => {
    const base: SignalFact[] = [{ kind: 'presence-seen', occurredAt: on(0) }, ...stuck];
    const history = historyOf(base, on(20));
    if (!history) throw new Error('there are facts');
    const model = modelOf(priors);
    const families = new Set(['delivery', 'presence'] as const);
    const plan = planOf(history, { model, families, asOf: on(20) });
    const belief = filtered(model, plan);
    const next = nextObservation({ model, plan, belief, optedOut: true });
    expect(next?.observation).toBe('look-at-presence');
    const blockedOf = (weights: Float64Array) => {
      const stride = weights.length / 30;
      const isBlocked = (at: number) => Math.floor(at / stride) % 15 >= 10;
      return weights.reduce((sum, weight, at) => (isBlocked(at) ? sum + weight : sum), 0);
    };
    const day = plan.days.at(-1);
    if (!day) throw new Error('there are days');
    const after = (seen: boolean) => {
      const looks = new Map([['look', { trait: 'presence' as const, seen }]]);
      const tomorrow = { ...day, day: day.day + 1, waits: false, joins: false, looks };
      return blockedOf(filtered(model, { ...plan, days: [...plan.days, tomorrow] }).weights);
    };
    // The chance of either outcome follows from tomorrow's belief, which is their mean.
    const quiet = { ...day, day: day.day + 1, waits: false, joins: false, looks: new Map() };
    const before = blockedOf(filtered(model, { ...plan, days: [...plan.days, quiet] }).weights);
    const [seen, missing] = [after(true), after(false)];
    const chance = (missing - before) / (missing - seen);
    const bits = entropy(before) - chance * entropy(seen) - (1 - chance) * entropy(missing);
    // It speaks of today's block and the filter here of tomorrow's: a night apart.
    expect(next?.expectedInformation).toBeCloseTo(bits, 1);
    expect(Math.abs((next?.expectedInformation ?? 0) - bits)).toBeLessThan(0.01);
  });
});
