import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, type SignalFamily } from '@tact/contracts';
import { familiesWithout } from '../../signals/families.ts';
import { planOf } from '../evidence/day-plan.ts';
import { historyOf, type SignalFact } from '../evidence/facts.ts';
import { filtered } from '../filter/filter.ts';
import { assumedPriors } from '../model/assumed-priors.ts';
import { modelOf } from '../model/model.ts';
import { checkpointOn, unpackedBeliefs, type Checkpoint } from './checkpoint.ts';
import { compact, partsOf } from './compact-fact.ts';

const FIRST = 20_000;
const model = modelOf(assumedPriors);
const at = (day: number, hours = 9) => (FIRST + day) * DAY_MS + hours * HOUR_MS;
const fact = (kind: SignalFact['kind'], day: number): SignalFact => ({
  kind,
  occurredAt: at(day, 11),
});
const sent = (day: number): SignalFact => ({
  kind: 'message-sent',
  occurredAt: at(day),
  messageRef: `m${day}`,
});
const delivered = (day: number, on = day): SignalFact => ({
  kind: 'message-delivered',
  occurredAt: at(on, 12),
  messageRef: `m${day}`,
});

const closing = (facts: readonly SignalFact[], newestDay: number) => ({
  history: historyOf(facts, at(newestDay))!,
  asked: { model, newest: at(newestDay), facts: facts.map((one) => partsOf(compact(one))) },
});
const closeOn = (day: number, facts: readonly SignalFact[], closed?: Checkpoint): Checkpoint => {
  const { history, asked } = closing(facts, day + 8);
  return checkpointOn(history, FIRST + day, { ...asked, closed });
};

/** What is believed at the end of a day by who never heard a family, settings left out. */
const exactOn = (
  day: number,
  facts: readonly SignalFact[],
  without?: SignalFamily,
): Float64Array => {
  const { history } = closing(facts, day + 8);
  const plan = planOf(history, { model, families: familiesWithout(without), asOf: at(day + 8) });
  const { weights } = filtered(model, plan, { until: FIRST + day });
  const wide = weights.length / 30;
  return Float64Array.from({ length: 30 }, (_, cell) =>
    weights.subarray(cell * wide, (cell + 1) * wide).reduce((sum, one) => sum + one, 0),
  );
};
const expectExact = (
  checkpoint: Checkpoint,
  facts: readonly SignalFact[],
  names: readonly string[],
) => {
  const beliefs = unpackedBeliefs(model, checkpoint);
  const day = checkpoint.day - FIRST;
  for (const name of names) {
    const { core } = beliefs.get(name) ?? beliefs.get('all')!;
    const exact = exactOn(day, facts, name === 'all' ? undefined : (name as SignalFamily));
    for (const [cell, weight] of exact.entries())
      expect(Math.abs((core[cell] ?? 0) - weight)).toBeLessThan(2e-4);
  }
};
const namesIn = ({ beliefs }: Checkpoint) => Object.keys(beliefs).toSorted();

const facts: readonly SignalFact[] = [
  sent(0),
  delivered(0),
  fact('complaint-recorded', 1),
  fact('call-not-ringing', 2),
  fact('photo-seen', 3),
  sent(4),
  fact('photo-missing', 6),
  fact('group-add-refused', 7),
  fact('inbound-message', 9),
  sent(10),
  fact('presence-missing', 12),
];
const everyName = ['all', 'call', 'context', 'delivery', 'group', 'inbound', 'photo', 'presence'];

describe('a first close', () => {
  test('has the belief of all families, and that without each heard by then', () => {
    const checkpoint = closeOn(7, facts);
    expect(checkpoint.day).toBe(FIRST + 7);
    expect(namesIn(checkpoint)).toEqual([
      'all',
      'call',
      'context',
      'delivery',
      'group',
      'inbound',
      'photo',
    ]);
    expectExact(checkpoint, facts, namesIn(checkpoint));
  });

  test('has no belief without a family whose absence makes no difference', () => {
    expect(
      namesIn(closeOn(3, [sent(0), fact('promotion-sent', 1), fact('photo-missing', 9)])),
    ).toEqual(['all', 'delivery', 'inbound']);
  });

  test('knows of each look which traits it saw', () => {
    const beliefs = unpackedBeliefs(model, closeOn(7, facts));
    const traitsOf = (name: string) => beliefs.get(name)?.traits;
    expect(traitsOf('all')).toEqual(['photo', 'group-add']);
    expect(traitsOf('photo')).toEqual(['group-add']);
    expect(traitsOf('group')).toEqual(['photo']);
    expect(traitsOf('call')).toEqual(['photo', 'group-add']);
    const later = unpackedBeliefs(model, closeOn(12, facts));
    expect(later.get('presence')?.traits).toEqual(['photo', 'group-add']);
    expect(later.get('all')?.traits).toEqual(['photo', 'group-add', 'presence']);
  });

  test('takes looks of the first day in', () => {
    const looked = [fact('photo-missing', 0), ...facts.slice(0, 3)];
    const checkpoint = closeOn(2, looked);
    expect(unpackedBeliefs(model, checkpoint).get('all')?.traits).toEqual(['photo']);
    expectExact(checkpoint, looked, ['all', 'photo']);
  });
});

describe('a later close', () => {
  const first = closeOn(3, facts.slice(0, 5));

  test('goes on from the beliefs of the one before', () => {
    const second = closeOn(12, facts, first);
    expect(namesIn(second)).toEqual(everyName);
    expectExact(second, facts, everyName);
  });

  test('begins a family heard since from the belief of all', () => {
    expect(namesIn(first)).not.toContain('group');
    const second = closeOn(8, facts, first);
    expectExact(second, facts, ['group']);
    expect(second.beliefs['group']).toBeDefined();
  });

  test('goes on without a family that was heard, though it fell silent', () => {
    const silent = facts.slice(0, 6);
    const second = closeOn(9, silent, first);
    expect(namesIn(second)).toContain('call');
    expectExact(second, silent, ['call', 'photo', 'all']);
  });

  test('leaves a family without a belief alone until it is heard again', () => {
    const without = { ...first, beliefs: { all: first.beliefs['all']! } };
    const quiet = facts.slice(0, 5);
    // What waits and what lasts speaks on; silence is one of every day.
    expect(
      namesIn(closeOn(9, quiet, without)).filter((name) => ['call', 'photo'].includes(name)),
    ).toEqual([]);
    const again = closeOn(9, [...quiet, fact('call-not-ringing', 8)], without);
    expect(namesIn(again)).toContain('call');
    const before = closeOn(9, [...quiet, fact('call-not-ringing', 3)], without);
    expect(namesIn(before)).not.toContain('call');
  });

  test('does not take the looks of its first day once more', () => {
    const looked = [sent(0), delivered(0), fact('photo-missing', 3)];
    const once = closeOn(3, looked);
    expectExact(closeOn(6, looked, once), looked, ['all', 'photo']);
  });
});
