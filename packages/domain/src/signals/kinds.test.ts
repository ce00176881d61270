import { describe, expect, test } from '@jest/globals';
import { SignalKind, DAY_MS } from '@tact/contracts';
import type { SignalFact } from '../block-likelihood/evidence/facts.ts';
import { assumedPriors as priors } from '../block-likelihood/model/assumed-priors.ts';
import { assessContact } from '../block-likelihood/verdict/assess.ts';
import { kindsAgainst, kindsTelling, signalKinds, signsOfLife } from './kinds.ts';

const start = Date.UTC(2026, 8, 1, 8);
const asOf = start + 13 * DAY_MS;
const silence: readonly SignalFact[] = [
  { kind: 'message-sent', occurredAt: start, messageRef: 'mr_1' },
  { kind: 'message-delivered', occurredAt: start + 1_000, messageRef: 'mr_1' },
  { kind: 'message-sent', occurredAt: start + 6 * DAY_MS, messageRef: 'mr_2' },
  { kind: 'message-sent', occurredAt: start + 9 * DAY_MS, messageRef: 'mr_3' },
];
const fact = (kind: SignalKind): SignalFact => ({
  kind,
  occurredAt: asOf - DAY_MS / 2,
  ...(signalKinds[kind].stage === 'none' ? {} : { messageRef: 'mr_3' }),
});
const assess = (facts: readonly SignalFact[]) => assessContact(facts, { priors, asOf });

test('the silence that is ended is one that raises a doubt', () => {
  expect(assess(silence).band).not.toBe('reachable');
});

describe.each([...signsOfLife])('%s', (kind) => {
  test('ends a silence: the contact is reachable', () => {
    expect(assess([...silence, fact(kind)]).band).toBe('reachable');
  });
});

test.each(kindsTelling('wrote'))('%s is heard as the person writing to us', (kind) => {
  const { families } = assess([...silence, fact(kind)]);
  const inbound = families.find(({ family }) => family === 'inbound');
  expect(inbound?.sentence.en).toBe(
    'The person wrote to us; the last message was less than a day ago.',
  );
});

test.each([...kindsAgainst])('in an outage %s says nothing', (kind) => {
  const incidents = [{ from: asOf - DAY_MS, until: asOf }];
  const during = (facts: readonly SignalFact[]) =>
    assessContact(facts, { priors, asOf, incidents });
  expect(during([...silence, fact(kind)]).causes).toEqual(during(silence).causes);
});

test('every kind is either for life, against it, or neither', () => {
  const both = SignalKind.options.filter((kind) => signsOfLife.has(kind) && kindsAgainst.has(kind));
  expect(both).toEqual([]);
});
