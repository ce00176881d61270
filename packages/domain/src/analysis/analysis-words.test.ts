import { describe, expect, test } from '@jest/globals';
import { Channel, erased, Purpose } from '@tact/contracts';
import { analysisEventTypes, analysisWordsOf, opensAnalysis } from './analysis-words.ts';

type AnalysisEvent = Parameters<typeof analysisWordsOf>[0];

const at = '2026-03-02T09:00:00Z';
const contactId = 'c_1';
const analysis = { contactId, purpose: 'signal-analysis', channel: 'whatsapp', at };
const wordsOf = (type: string, data: object) =>
  analysisWordsOf({ type, data } as unknown as AnalysisEvent);

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
    expect(wordsOf(type, analysis)).toEqual([{ about: 'consent', contactId, state, at }]);
  });

  test.each(['ConsentGiven', 'ConsentWithdrawn'])('%s to marketing says nothing', (type) => {
    expect(wordsOf(type, { ...analysis, purpose: 'marketing' })).toEqual([]);
    expect(wordsOf(type, { ...analysis, channel: 'email' })).toEqual([]);
  });

  test('an agreement that was witnessed also ends the objection before it', () => {
    const witness = { name: 'Inès Martin', method: 'in-person', evidence: 'visit book' };
    expect(wordsOf('ConsentGiven', { ...analysis, witness })).toEqual([
      { about: 'consent', contactId, state: 'given', at },
      { about: 'suppression', contactId, isLift: true, at },
    ]);
    expect(wordsOf('ConsentGiven', { ...analysis, purpose: 'marketing', witness })).toEqual([]);
  });

  test('what the person gives ends the objection before it, and what the person takes back is one', () => {
    const own = { ...analysis, by: 'person' };
    expect(wordsOf('ConsentGiven', own)).toEqual([
      { about: 'consent', contactId, state: 'given', at },
      { about: 'suppression', contactId, isLift: true, at },
    ]);
    expect(wordsOf('ConsentWithdrawn', own)).toEqual([
      { about: 'consent', contactId, state: 'withdrawn', at },
      { about: 'suppression', contactId, isLift: false, at: '2026-03-02T09:00:00.000Z' },
    ]);
    const witness = { name: 'Inès Martin', method: 'in-person', evidence: 'visit book' };
    expect(wordsOf('ConsentWithdrawn', { ...analysis, witness })).toHaveLength(1);
  });

  test('an objection to everything closes analysis, one to marketing does not', () => {
    const word = {
      about: 'suppression',
      contactId,
      isLift: false,
      at: '2026-03-02T09:00:00.000Z',
    };
    expect(wordsOf('ContactSuppressed', { contactId, scope: 'everything', at })).toEqual([word]);
    expect(wordsOf('ContactSuppressed', { contactId, scope: 'marketing', at })).toEqual([]);
  });

  test.each([
    ['the end of its hour', '2026-03-02T09:00:00.001Z', '2026-03-02T10:00:00.000Z'],
    ['the last hour there is', '9999-12-31T23:20:00Z', '9999-12-31T23:00:00.000Z'],
    ['later than anything, where it cannot be read', erased, '9999-12-31T23:00:00.000Z'],
  ])('of an objection the time that is kept is %s', (_what, said, keptAt) => {
    const words = wordsOf('ContactSuppressed', { contactId, scope: 'everything', at: said });
    expect(words).toMatchObject([{ at: keptAt }]);
  });

  test('the fence is a word of its own', () => {
    const word = { about: 'fence', contactId };
    expect(wordsOf('SubjectFenced', { contactId, throughRevision: 3, at })).toEqual([word]);
  });

  test('who became part of another contact is not analysed beside it; who left one says nothing', () => {
    const change = { contactId: 'c_2', otherContactId: contactId, at };
    expect(wordsOf('PolicyTakenOver', { ...change, because: 'merge' })).toEqual([
      { about: 'consent', contactId, state: 'withdrawn', at },
    ]);
    expect(wordsOf('PolicyTakenOver', { ...change, because: 'split' })).toEqual([]);
  });

  test('a word that lets us write again is not read: it says nothing of being analysed', () => {
    expect(analysisEventTypes).not.toContain('SuppressionLifted');
  });

  test('an event that no case is written for is a defect', () => {
    expect(() => wordsOf('ContactAllowed', analysis)).toThrow('ContactAllowed');
    expect(analysisEventTypes).not.toContain('ContactAllowed');
  });
});
