import { describe, expect, test } from '@jest/globals';
import { Channel, Purpose } from '@tact/contracts';
import { analysisEventTypes, analysisWordOf, opensAnalysis } from './analysis-words.ts';

type AnalysisEvent = Parameters<typeof analysisWordOf>[0];

const at = '2026-03-02T09:00:00Z';
const contactId = 'c_1';
const analysis = { contactId, purpose: 'signal-analysis', channel: 'whatsapp', at };
const wordOf = (type: string, data: object) =>
  analysisWordOf({ type, data } as unknown as AnalysisEvent);

test('analysis is opened by its own purpose on the channel that is observed, and by no other', () => {
  const opening = Purpose.options.flatMap((purpose) =>
    Channel.options
      .filter((channel) => opensAnalysis({ purpose, channel }))
      .map((channel) => [purpose, channel]),
  );
  expect(opening).toEqual([['signal-analysis', 'whatsapp']]);
});

describe('what an event says of who may be analysed', () => {
  test.each([
    ['ConsentGiven', 'given'],
    ['ConsentWithdrawn', 'withdrawn'],
  ])('%s: the agreement is %s', (type, state) => {
    expect(wordOf(type, analysis)).toEqual({ about: 'consent', contactId, state, at });
  });

  test.each(['ConsentGiven', 'ConsentWithdrawn'])('%s to marketing says nothing', (type) => {
    expect(wordOf(type, { ...analysis, purpose: 'marketing' })).toBeUndefined();
    expect(wordOf(type, { ...analysis, channel: 'email' })).toBeUndefined();
  });

  test.each([
    ['ContactSuppressed', false],
    ['SuppressionLifted', true],
  ])('%s: an objection to everything, lifted %s', (type, isLift) => {
    const word = { about: 'suppression', contactId, isLift, at };
    expect(wordOf(type, { contactId, scope: 'everything', at })).toEqual(word);
    expect(wordOf(type, { contactId, scope: 'marketing', at })).toBeUndefined();
  });

  test('the fence is a word of its own', () => {
    const word = { about: 'fence', contactId };
    expect(wordOf('SubjectFenced', { contactId, throughRevision: 3, at })).toEqual(word);
  });

  test('an event that no case is written for is a defect', () => {
    expect(() => wordOf('ContactAllowed', analysis)).toThrow('ContactAllowed');
    expect(analysisEventTypes).not.toContain('ContactAllowed');
  });
});
