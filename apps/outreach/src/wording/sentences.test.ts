import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Channel, Purpose } from '@tact/contracts';
import { confirmationMail, receiptMail } from '../confirmations/consent-mails.ts';
import { type SentenceName, sentenceOf } from './sentences.ts';

const names: readonly SentenceName[] = [
  'title',
  'asks',
  'mailAsks',
  'agreed',
  'mayCome',
  'isOver',
  'notAgreed',
  'notChosen',
];
const languages = ['fr', 'en'] as const;
const combinations = Purpose.options.flatMap((purpose) =>
  Channel.options.map((channel) => ({ purpose, channel, name: 'Librairie des Lilas' })),
);

// `UPDATE_GOLDEN=1 npm test -- wording` writes what changed; it is read as a person would before it is committed.
const golden = (file: URL, text: string): string => {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  return readFileSync(file, 'utf8');
};

test.each(languages)('every purpose on every channel is said as it was read, in %s', (language) => {
  const text = combinations
    .flatMap((about) => [
      `# ${about.purpose}, ${about.channel}`,
      ...names.map((which) => sentenceOf(which, about, language)),
    ])
    .join('\n');
  const file = new URL(`./golden/sentences.${language}.txt`, import.meta.url);
  expect(`${text}\n`).toBe(golden(file, `${text}\n`));
});

test.each(languages)('all but titles are whole sentences, in %s', (language) => {
  for (const about of combinations) {
    for (const which of names) {
      const text = sentenceOf(which, about, language);
      expect(text).toMatch(which === 'title' ? /^[A-Z].*[^.]$/ : /^[A-Z].*[^.]\.$/);
      expect(text).not.toMatch(/undefined|\s\s/);
    }
  }
});

test.each(languages)('mails say them as they are, in %s', (language) => {
  const links = { link: 'https://example.org/c/x', wayOut: 'https://example.org/u/x' };
  for (const about of combinations) {
    const asked = confirmationMail({ ...about, ...links, language });
    const kept = receiptMail({ ...about, ...links, language, receipt: 'a.b.c' });
    const [ask, agreed] = [asked, kept].map(({ blocks }) => blocks[0]);
    expect(ask).toMatchObject({ text: sentenceOf('mailAsks', about, language) });
    expect(agreed).toMatchObject({ text: sentenceOf('agreed', about, language) });
  }
});
