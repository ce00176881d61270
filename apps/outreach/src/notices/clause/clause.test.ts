import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { usualBases } from '@tact/contracts';
import { isConsentByUse } from '@tact/domain';
import { clauseOf, type ClauseSettings } from './clause.ts';

const settings: ClauseSettings = {
  name: 'Librairie des Lilas',
  country: 'FR',
  dpo: { name: 'Camille Roche', email: 'donnees@example.com' },
  lawfulBasis: usualBases,
};

// `UPDATE_GOLDEN=1 npm test -- clause` writes what changed; it is read as a person would before it is committed.
const golden = (name: string, text: string): string => {
  const file = new URL(`./golden/${name}.txt`, import.meta.url);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  return readFileSync(file, 'utf8');
};

test.each(['fr', 'en'] as const)('the clause in %s is the one that was read', (language) => {
  const { text, missing } = clauseOf(settings, language);
  expect(text).toBe(golden(`clause.${language}`, text));
  expect(missing).toEqual(['contact']);
  expect(text.length).toBeLessThan(20_000);
});

test.each(['fr', 'en'] as const)('it takes no use for an agreement, in %s', (language) => {
  expect(isConsentByUse(clauseOf(settings, language).text)).toBe(false);
});

test('what the settings lack is a gap that nobody overlooks', () => {
  const { text, missing } = clauseOf({ name: 'Shop', lawfulBasis: usualBases }, 'en');
  expect(missing).toEqual(['contact', 'country', 'dpo']);
  expect(text.match(/\[[^\]]+\]/g)).toHaveLength(missing.length);
});

test('where the business is reached is said as far as it says so, and then is no gap', () => {
  const said = (contact: ClauseSettings['contact']) => clauseOf({ ...settings, contact }, 'en');
  const whole = said({ postalAddress: '4 rue des Lilas', email: 'a@example.com', phone: '+33 1' });
  expect(whole.missing).toEqual([]);
  expect(whole.text).toContain('Lilas (4 rue des Lilas, a@example.com, +33 1) is the controller');
  expect(whole.text).not.toMatch(/\[[^\]]+\]/);
  expect(said({ email: 'a@example.com' }).text).toContain('Lilas (a@example.com) is');
  expect(said({ postalAddress: '4 rue des Lilas' }).missing).toEqual([]);
  expect(said({ phone: '+33 1' }).missing).toEqual(['contact']);
});

test('elsewhere the authority is that of the person’s country', () => {
  const { text } = clauseOf({ ...settings, country: 'BE' }, 'fr');
  expect(text).toContain('l’autorité de protection des données de votre pays de résidence.');
  expect(text).not.toContain('après votre décès');
});

test('each purpose says the basis that the tenant set', () => {
  const lawfulBasis = { ...usualBases, feedback: 'legitimate-interest' } as const;
  const { text } = clauseOf({ ...settings, lawfulBasis }, 'en');
  expect(text).toContain('asking you what you think of our messages: our legitimate interest');
  const none = { 'signal-analysis': 'legitimate-interest', marketing: 'contract' } as const;
  const bases = { ...none, feedback: 'contract', 'service-message': 'contract' } as const;
  expect(clauseOf({ ...settings, lawfulBasis: bases }, 'en').text).not.toContain('Withdrawing');
});
