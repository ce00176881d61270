import { describe, expect, test } from '@jest/globals';
import type { SignalFact } from '@tact/domain';
import { assess, dayOf, instantOf, laterOf, reasonOf } from './assess-contacts.ts';

const at = (text: string): number => Date.parse(text);
const sent = (when: string, messageRef = 'm'): SignalFact => ({
  kind: 'message-sent',
  occurredAt: at(when),
  messageRef,
});

describe('the instant of an assessment', () => {
  test('is the start of the day, whatever the clock says within it', () => {
    expect(instantOf([sent('2026-11-01T08:00:00Z')], '2026-11-20')).toBe(
      at('2026-11-20T00:00:00Z'),
    );
  });

  test('is the latest fact of the day, so that a fact counts at once', () => {
    const facts = [sent('2026-11-20T09:30:00Z'), sent('2026-11-20T08:00:00Z')];
    expect(instantOf(facts, '2026-11-20')).toBe(at('2026-11-20T09:30:00Z'));
  });

  test('is never moved by a fact of a later day', () => {
    const facts = [sent('2026-11-20T08:00:00Z'), sent('2026-11-21T00:00:00Z')];
    expect(instantOf(facts, '2026-11-20')).toBe(at('2026-11-20T08:00:00Z'));
  });

  test('days are of UTC and compare as text', () => {
    expect(dayOf(new Date('2026-11-20T23:59:59.999-01:00'))).toBe('2026-11-21');
    expect(laterOf('2026-11-20', '2026-12-01')).toBe('2026-12-01');
  });
});

describe('an assessment', () => {
  const facts = [
    sent('2026-11-01T08:00:00Z', 'a'),
    sent('2026-11-03T08:00:00Z', 'b'),
    { kind: 'inbound-message', occurredAt: at('2026-10-30T08:00:00Z') } as const,
  ];

  test('gives the same bytes on the same day', () => {
    const bytes = () => JSON.stringify(assess(facts, '2026-11-20'));
    expect(bytes()).toBe(bytes());
  });

  test('ages while something is recent or not settled, and then no more', () => {
    const delivered: SignalFact = {
      kind: 'message-delivered',
      occurredAt: at('2026-11-01T08:00:03Z'),
      messageRef: 'a',
    };
    const settled = [sent('2026-11-01T08:00:00Z', 'a'), delivered];
    expect(assess(settled, '2026-11-20').ages).toBe(true);
    expect(assess(settled, '2027-06-01')).toMatchObject({
      ages: false,
      assessment: { band: 'reachable' },
    });
  });

  test('a fact yet to come keeps the row awake', () => {
    expect(assess([sent('2030-01-01T00:00:00Z')], '2026-11-20').ages).toBe(true);
  });

  test('its reason is what weighs most towards a block, or else the rule', () => {
    const { assessment } = assess(facts, '2026-11-20');
    const heaviest = assessment.families.reduce((one, other) =>
      other.contribution > one.contribution ? other : one,
    );
    expect(heaviest.contribution).toBeGreaterThan(0);
    expect(reasonOf(assessment)).toEqual(heaviest.sentence);
    expect(reasonOf({ ...assessment, families: [] })).toEqual(assessment.rule.sentence);
  });
});
