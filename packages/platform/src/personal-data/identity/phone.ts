import {
  getCountryCallingCode,
  parsePhoneNumberFromString,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import type { IdentityRefusal } from '@tact/contracts';
import { InvalidIdentity } from '../refusals.ts';
import { isFictionalPhone } from './fictional-phones.ts';
import type { PhoneCountry } from './phone-country.ts';
import { phoneVariants } from './renumberings.ts';

const isDigit = (code: number): boolean => /\p{Nd}/u.test(String.fromCodePoint(code));

/** Every script writes its ten digits in a row, hence the value is the distance to the first of the row. */
const asciiDigit = (digit: string): string => {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && isDigit(code - value - 1)) value += 1;
  return String(value);
};

// Copies from chat and from right-to-left text carry invisible marks; NFKC folds full-width forms.
const legible = (raw: string): string =>
  raw
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/(?![0-9])\p{Nd}/gu, asciiDigit)
    .replaceAll(/\p{Pd}/gu, '-')
    .trim();

/** What spreadsheets add to a number and never change in it: `'0612`, `="0612"`, `33612.0`. */
const withoutSpreadsheetMarks = (text: string): string =>
  text
    .replace(/^="?(.*?)"?$/, '$1')
    .replace(/^['\u2018\u2019`\u00b4]+/, '')
    .trim()
    .replace(/^(\+?\d{5,})[.,]0+$/, '$1');

const ungrouped = (text: string): string =>
  text
    .replace(/^(?:tel|whatsapp):/i, '')
    // Brackets and dots only group: "(+33) 6", "(0)6", "06·39".
    .replaceAll(/[()[\]_\u00b7\u2022]/g, ' ')
    .trim()
    .replace(/^\+?\s*0\s*0\s*/, '+');

const digitsIn = (text: string): number => text.replaceAll(/\D/g, '').length;

/** A slash or a dash also groups one number's digits, hence so many on both sides. */
const holdsTwo = (text: string): boolean =>
  text.split(/[;,/|&\n]|\s(?:ou|or|oder|und|and|et|y|e)\s/i).filter((part) => digitsIn(part) > 6)
    .length > 1 || /\d.*\s\+\s?\d{5}|\d{8,}\s+\d{8,}/.test(text);

/** What is recognised as something else than one number of one person, and cannot be made one. */
const defects: readonly (readonly [(text: string) => boolean, IdentityRefusal])[] = [
  [(text) => /^\+?\d+(?:[.,]\d+)?\s*e\s*[+-]?\d+$/i.test(text), 'scientific-notation'],
  [holdsTwo, 'several-values'],
  // An extension names a desk behind a switchboard, not a person on WhatsApp.
  [
    (text) =>
      /\d\s*(?:;ext=|#|[,\s.]*(?:extension|ext|x|poste|p|int|interno|durchwahl|dw)[\s.:]*)\d/i.test(
        text,
      ),
    'extension',
  ],
  [(text) => /\p{L}/u.test(text), 'malformed'],
];

const parse = (text: string, country?: PhoneCountry): PhoneNumber | undefined =>
  parsePhoneNumberFromString(text, {
    ...(country && { defaultCountry: country }),
    extract: false,
  });

/**
 * Prefixes of a domestic call that reforms ended and address books kept: Mexico's 01, 044 and 045, and
 * Argentina's mobile 15 beside the 9 that replaced it. Each is dropped where the rest is a whole number.
 */
const abolished: readonly { readonly prefix: RegExp; readonly now: string }[] = [
  { prefix: /^\+520(?:1|44|45)(?=\d{10}$)/, now: '+52' },
  { prefix: /^\+5490?(?=\d{2,4}15\d{6,8}$)/, now: '+54' },
  { prefix: /^\+5490(?=\d{10}$)/, now: '+549' },
];

const withoutAbolished = (text: string): string => {
  const digits = text.replaceAll(/[\s./-]/g, '');
  const rule = abolished.find(({ prefix }) => prefix.test(digits));
  return rule ? digits.replace(rule.prefix, rule.now) : text;
};

/** Numbering plans grow faster than any table: a possible length is enough where a + was written. */
const international = (text: string): string | undefined => {
  const parsed = parse(text);
  if (parsed?.isPossible()) return parsed.number;
  const rewritten = withoutAbolished(text);
  if (rewritten !== text) return international(rewritten);
  if (!parsed) return undefined;
  const current = phoneVariants(parsed.number).find((variant) => parse(variant)?.isPossible());
  return current === undefined ? undefined : parsed.number;
};

/** In any of its spellings: a number in its older form is invalid to the table, yet somebody's. */
const exists = (parsed: PhoneNumber | undefined): parsed is PhoneNumber =>
  parsed !== undefined &&
  (isFictionalPhone(parsed.number) ||
    phoneVariants(parsed.number).some((variant) => parse(variant)?.isValid()));

/** The number dialled so within the country. What its rules take for a call abroad is not one of its numbers. */
const domestic = (digits: string, country: PhoneCountry): PhoneNumber | undefined => {
  const code = getCountryCallingCode(country);
  const dialled = country === 'MX' ? digits.replace(/^0(?:1|44|45)(?=\d{10}$)/, '') : digits;
  const parsed = parse(dialled, country);
  return exists(parsed) && parsed.countryCallingCode === code ? parsed : undefined;
};

const refuse = (reason: IdentityRefusal): never => {
  throw new InvalidIdentity('phone', reason);
};

/** `4915...` may be an area code and a number, or a mobile whose plus was lost on the way. */
const withoutPlus = (digits: string, country: PhoneCountry): PhoneNumber | undefined => {
  const code = getCountryCallingCode(country);
  const whole = digits.startsWith(code) ? parse(`+${digits}`) : undefined;
  return exists(whole) && whole.countryCallingCode === code ? whole : undefined;
};

/** Never taken for another country's: without a country said it is refused, with one it must exist there. */
const national = (text: string, country: PhoneCountry | undefined): string => {
  if (country === undefined) return refuse('country-missing');
  const digits = text.replaceAll(/[\s./-]/g, '');
  const readings = [domestic(digits, country), withoutPlus(digits, country)];
  const [number, other] = new Set(readings.flatMap((one) => one?.number ?? []));
  if (other !== undefined) return refuse('ambiguous');
  return number ?? refuse('not-in-plan');
};

/** E.164 of a phone as people write it; throws `InvalidIdentity`, which says why and never holds the number. */
export const canonicalPhone = (raw: string, country?: PhoneCountry): string => {
  // What is written the way we write it has nothing to tidy, and WhatsApp tells millions of these.
  if (/^\+[1-9]\d+$/.test(raw)) return international(raw) ?? refuse('malformed');
  const written = withoutSpreadsheetMarks(legible(raw));
  const defect = defects.find(([has]) => has(written.replace(/^(?:tel|whatsapp):/i, '')));
  if (defect) return refuse(defect[1]);
  const text = ungrouped(written);
  if (digitsIn(text) < 4) return refuse('malformed');
  return text.startsWith('+')
    ? (international(text) ?? refuse('malformed'))
    : national(text, country);
};
