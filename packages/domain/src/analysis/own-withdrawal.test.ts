import { expect, test } from '@jest/globals';
import { analysisWordsOf } from './analysis-words.ts';

const contactId = `ct_${'0'.repeat(32)}`;
const data = {
  contactId,
  consentId: 'co_0',
  purpose: 'signal-analysis',
  channel: 'whatsapp',
  at: '2026-11-30T10:20:00.000Z',
  proof: { source: 'form' },
} as const;
const person = { ...data, by: 'person' } as const;
const stop = { about: 'suppression', contactId, isLift: false, at: '2026-11-30T11:00:00.000Z' };
const lift = { about: 'suppression', contactId, isLift: true, at: data.at };
const consent = (state: 'given' | 'withdrawn') => ({
  about: 'consent',
  contactId,
  state,
  at: data.at,
});

test('who took the consent back herself is not analysed until she gives it again herself', () => {
  expect(analysisWordsOf({ type: 'ConsentWithdrawn', data: person })).toEqual([
    consent('withdrawn'),
    stop,
  ]);
  expect(analysisWordsOf({ type: 'ConsentGiven', data: person })).toEqual([consent('given'), lift]);
});

test('what a file or a key says is a word on the consent alone', () => {
  expect(analysisWordsOf({ type: 'ConsentWithdrawn', data })).toEqual([consent('withdrawn')]);
  expect(analysisWordsOf({ type: 'ConsentGiven', data })).toEqual([consent('given')]);
  const witness = { name: 'Ada', method: 'telephone', evidence: 'call 1' } as const;
  const witnessed = { ...data, witness };
  expect(analysisWordsOf({ type: 'ConsentWithdrawn', data: witnessed })).toEqual([
    consent('withdrawn'),
  ]);
  expect(analysisWordsOf({ type: 'ConsentGiven', data: witnessed })).toEqual([
    consent('given'),
    lift,
  ]);
});
