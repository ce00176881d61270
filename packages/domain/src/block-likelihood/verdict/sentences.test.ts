import { describe, expect, test } from '@jest/globals';
import { allowedObservations, signalFamilies, type Sentence } from '@tact/contracts';
import type { EvidenceSummary } from '../evidence/evidence-summary.ts';
import { observationSentences } from './observation-sentences.ts';
import { innocentAlternatives, sentenceOf } from './sentences.ts';
import { verdictSentences } from './verdict-sentences.ts';

const nothing: EvidenceSummary = {
  waiting: 0,
  waitingDays: 0,
  unreachableCodes: 0,
  lastMessage: 'none',
  inbound: 0,
  silentDays: 0,
  rang: 0,
  callsInSilence: 0,
  photo: 'never',
  presence: 'never',
  groupReceipts: 0,
  groupRefusals: 0,
  complaints: 0,
  optedOut: false,
  signsOfLife: 0,
};
const delivery = (more: Partial<EvidenceSummary>) =>
  sentenceOf('delivery', { ...nothing, ...more });
const inbound = (more: Partial<EvidenceSummary>) => sentenceOf('inbound', { ...nothing, ...more });

describe('numbers in sentences', () => {
  test('are singular and plural as either language has it', () => {
    expect(delivery({ waiting: 1, waitingDays: 0 })).toEqual({
      fr: '1 message envoyé n’est pas arrivé sur le téléphone ; le plus ancien attend depuis moins d’un jour.',
      en: '1 message sent has not arrived on the phone; the oldest has waited for less than a day.',
    });
    expect(delivery({ waiting: 2, waitingDays: 1 })).toEqual({
      fr: '2 messages envoyés ne sont pas arrivés sur le téléphone ; le plus ancien attend depuis 1 jour.',
      en: '2 messages sent have not arrived on the phone; the oldest has waited for 1 day.',
    });
    expect(inbound({ inbound: 1, silentDays: 2 })).toEqual({
      fr: 'La personne nous a écrit ; dernier message il y a 2 jours.',
      en: 'The person wrote to us; the last message was 2 days ago.',
    });
    expect(inbound({ silentDays: 0 })).toEqual({
      fr: 'La personne ne nous a rien écrit en moins d’un jour.',
      en: 'The person has not written to us in less than a day.',
    });
  });
});

describe('each family says the strongest of what it showed', () => {
  test.each<[keyof EvidenceSummary, Partial<EvidenceSummary>, string]>([
    ['waiting', { waiting: 1, unreachableCodes: 1, lastMessage: 'arrived' }, 'has not arrived'],
    ['unreachableCodes', { unreachableCodes: 1, lastMessage: 'arrived' }, 'cannot be reached'],
    ['lastMessage', { lastMessage: 'arrived' }, 'arrived on the phone'],
    ['lastMessage', { lastMessage: 'underway' }, 'just been sent'],
    ['lastMessage', { lastMessage: 'undelivered' }, 'for some time only'],
    ['lastMessage', {}, 'No message has said'],
  ])('delivery, by %s %j', (_what, more, text) => {
    expect(delivery(more).en).toContain(text);
  });

  test.each<[Parameters<typeof sentenceOf>[0], Partial<EvidenceSummary>, string]>([
    ['call', { rang: 1, callsInSilence: 2 }, 'A call rang.'],
    ['call', { callsInSilence: 1 }, 'A call never rang.'],
    ['photo', { photo: 'seen' }, 'The profile photo was visible at the last look.'],
    ['photo', { photo: 'gone' }, 'The profile photo, visible before, was not at the last look.'],
    ['photo', {}, 'No profile photo has ever been seen.'],
    ['presence', { presence: 'seen' }, 'Last seen was visible at the last look.'],
    ['presence', { presence: 'gone' }, 'Last seen, visible before, was not at the last look.'],
    ['presence', {}, 'Last seen has never been visible.'],
    [
      'group',
      { groupReceipts: 1, groupRefusals: 1 },
      'The phone received messages of a shared group.',
    ],
    ['group', { groupRefusals: 1 }, 'An addition to a group did not go through.'],
    ['group', {}, 'The shared group tells nothing clear about this person.'],
    ['context', { complaints: 1 }, 'A complaint was recorded.'],
    ['context', {}, 'What was recently exchanged about promotions says nothing of a block.'],
  ])('%s %j', (family, more, text) => {
    expect(sentenceOf(family, { ...nothing, ...more }).en).toBe(text);
  });

  test('an opt-out before a complaint, and as a right', () => {
    const { en } = sentenceOf('context', { ...nothing, optedOut: true, complaints: 1 });
    expect(en).toContain('that is their right, and it is no block');
  });
});

/** Every sentence a reader can get, by where it stands. */
const states: readonly Partial<EvidenceSummary>[] = [
  {},
  { waiting: 1 },
  { unreachableCodes: 1 },
  ...(['arrived', 'underway', 'undelivered'] as const).map((lastMessage) => ({ lastMessage })),
  { inbound: 1, rang: 1, photo: 'seen', presence: 'seen', groupReceipts: 1, complaints: 1 },
  { photo: 'gone', presence: 'gone', groupRefusals: 1, optedOut: true },
];
const everySentence: readonly Sentence[] = [
  ...signalFamilies.flatMap((family) => [
    ...states.map((more) => sentenceOf(family, { ...nothing, ...more })),
    ...innocentAlternatives[family],
  ]),
  ...Object.values(verdictSentences).flatMap(({ sentence, whatWouldChange }) => [
    sentence,
    whatWouldChange,
  ]),
  ...allowedObservations.map((observation) => observationSentences[observation]),
];

test('every sentence is whole in both languages, and no two say the same', () => {
  for (const { fr, en } of everySentence) {
    expect(fr).toMatch(/^\S(?:.|\n){10,}\S$/);
    expect(en).toMatch(/^\S(?:.|\n){8,}\S$/);
  }
  const inFrench = new Map(everySentence.map(({ fr, en }) => [fr, en]));
  const inEnglish = new Map(everySentence.map(({ fr, en }) => [en, fr]));
  expect(inFrench.size).toBe(inEnglish.size);
});

test('a French sentence is no English one', () => {
  for (const { fr, en } of everySentence) {
    expect(fr).toMatch(/\b(?:le|la|un|une|de|sur|pas|rien|personne)\b|’/i);
    expect(en).not.toMatch(/[àéèêçù]|’/);
  }
});

test('what else could explain it is told likeliest first, and for each family its own', () => {
  const first = signalFamilies.map((family) => innocentAlternatives[family].map(({ en }) => en));
  expect(
    Object.fromEntries(signalFamilies.map((family, nth) => [family, first[nth]?.length])),
  ).toEqual({
    delivery: 3,
    inbound: 2,
    call: 2,
    photo: 2,
    presence: 1,
    group: 2,
    context: 2,
  });
  expect(innocentAlternatives.delivery[0]?.en).toBe('the phone is off or has no network');
  expect(innocentAlternatives.delivery[2]?.en).toBe('the number no longer uses WhatsApp');
});

test('what is asked of people comes with its bounds', () => {
  expect(observationSentences['await-message'].en).toContain('Do not send another one to check.');
  expect(observationSentences['expected-call'].en).toContain('Do not call only to check.');
  for (const look of ['look-at-photo', 'look-at-presence'] as const)
    expect(observationSentences[look].en).toContain('without writing or calling');
});
