import {
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import { InvalidIdentity } from '../refusals.ts';

/** ISO 3166 code of the country that national numbers are read in, e.g. `FR`. */
export type PhoneCountry = CountryCode;

const isDigit = (code: number): boolean => /\p{Nd}/u.test(String.fromCodePoint(code));

/** Every script writes its ten digits in a row, hence the value is the distance to the first of the row. */
const asciiDigit = (digit: string): string => {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && isDigit(code - value - 1)) value += 1;
  return String(value);
};

// Copies from chat and from right-to-left text carry invisible marks; NFKC folds full-width forms.
const tidy = (raw: string): string =>
  raw
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/(?![0-9])\p{Nd}/gu, asciiDigit)
    .replaceAll(/\p{Pd}/gu, '-')
    .trim()
    .replace(/^(?:tel|whatsapp):/i, '')
    // Brackets and dots only group: "(+33) 6", "(0)6", "06·39".
    .replaceAll(/[()[\]_\u00b7\u2022]/g, ' ')
    .trim()
    .replace(/^\+?\s*0\s*0\s*/, '+');

const parse = (text: string, country?: PhoneCountry): PhoneNumber | undefined => {
  const phone = parsePhoneNumberFromString(text, {
    ...(country && { defaultCountry: country }),
    extract: false,
  });
  // An extension names a desk behind a switchboard, not a person on WhatsApp.
  return phone?.ext ? undefined : phone;
};

/**
 * Numbering reforms left several spellings of one person's number in use, and WhatsApp's `wa_id` may
 * be the older one: Brazil's ninth digit, Argentina's mobile 9, Mexico's mobile 1.
 */
type Rewrites = readonly (readonly [spelling: RegExp, other: string])[];
const reforms: Rewrites = [
  [/^\+55([1-9]\d)([6-9]\d{7})$/, '+55$19$2'],
  [/^\+54([1-8]\d{9})$/, '+549$1'],
  [/^\+521([1-9]\d{9})$/, '+52$1'],
];
const reversals: Rewrites = [
  [/^\+55([1-9]\d)9([6-9]\d{7})$/, '+55$1$2'],
  [/^\+549([1-8]\d{9})$/, '+54$1'],
  [/^\+52([2-9]\d{9})$/, '+521$1'],
];

const firstRewrite = (e164: string, rules: Rewrites): string[] => {
  const rule = rules.find(([pattern]) => pattern.test(e164));
  return rule ? [e164.replace(rule[0], rule[1])] : [];
};

/** Every spelling of an E.164 number that reaches the same person, itself first. */
export const phoneVariants = (e164: string): readonly string[] => [
  e164,
  ...firstRewrite(e164, reforms),
  ...firstRewrite(e164, reversals),
];

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
  parsed !== undefined && phoneVariants(parsed.number).some((variant) => parse(variant)?.isValid());

const national = (text: string, country: PhoneCountry | undefined): string | undefined => {
  const home = country && parse(text, country);
  // `wa_id` and many CRMs drop the plus. A number that exists at home wins, then one that exists abroad.
  const digits = text.replaceAll(/[\s().-]/g, '');
  const abroad = /^[1-9]\d{6,14}$/.test(digits) ? parse(`+${digits}`) : undefined;
  const existing = [home, abroad].find(exists);
  if (existing) return existing.number;
  if (home?.isPossible()) return home.number;
  if (country === 'MX' && /^0(?:1|44|45)\d{10}$/.test(digits)) return international(`+52${digits}`);
  return abroad && international(abroad.number);
};

/** E.164 of a phone as people write it; throws `InvalidIdentity`, which never holds the number. */
export const canonicalPhone = (raw: string, country?: PhoneCountry): string => {
  // What is written the way we write it has nothing to tidy, and WhatsApp tells millions of these.
  const text = /^\+[1-9]\d+$/.test(raw) ? raw : tidy(raw);
  const e164 = text.startsWith('+') ? international(text) : national(text, country);
  if (e164 === undefined) throw new InvalidIdentity('phone');
  return e164;
};
