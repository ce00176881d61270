import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { consentByUseSentence, isConsentByUse } from './consent-by-use.ts';

const file = new URL('./golden/consent-texts.json', import.meta.url);
const texts: Readonly<Record<'refused' | 'lawful', readonly string[]>> = JSON.parse(
  readFileSync(file, 'utf8'),
);

test.each(texts.refused.map((text) => [text]))(
  'takes something else for an agreement: %s',
  (text) => {
    expect(isConsentByUse(text)).toBe(true);
  },
);

test.each(texts.lawful.map((text) => [text]))('does not: %s', (text) => {
  expect(isConsentByUse(text)).toBe(false);
});

test('a lawful text around it does not hide it, nor the other way round', () => {
  const around = 'Nous vous écrivons au sujet de vos commandes.';
  for (const text of texts.refused)
    expect(isConsentByUse(`${around} ${text} ${around}`)).toBe(true);
  expect(isConsentByUse(texts.lawful.join('\n\n'))).toBe(false);
});

test('a long text is read in no time', () => {
  const text = 'en utilisant nous vous '.repeat(900);
  const before = performance.now();
  expect(isConsentByUse(text)).toBe(false);
  expect(performance.now() - before).toBeLessThan(500);
});

test('whoever is refused is told by what law, and what to do instead', () => {
  expect(consentByUseSentence).toMatch(/GDPR Art\. 4\(11\).*Ask for each purpose/);
});
