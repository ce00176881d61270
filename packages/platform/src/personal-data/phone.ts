import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import { InvalidIdentity } from './refusals.ts';

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

type Parsed = { readonly e164: string; readonly possible: boolean; readonly valid: boolean };

const parse = (text: string, country?: PhoneCountry): Parsed | undefined => {
  const phone = parsePhoneNumberFromString(text, {
    ...(country && { defaultCountry: country }),
    extract: false,
  });
  // An extension names a desk behind a switchboard, not a person on WhatsApp.
  if (!phone || phone.ext) return undefined;
  return { e164: phone.number, possible: phone.isPossible(), valid: phone.isValid() };
};

/**
 * Numbering reforms left several spellings of one person's number in use, and WhatsApp's `wa_id` may
 * be the older one: Brazil's ninth digit, Argentina's mobile 9, Mexico's mobile 1.
 */
const reforms: readonly { readonly old: RegExp; readonly now: string }[] = [
  { old: /^\+55([1-9]\d)([6-9]\d{7})$/, now: '+55$19$2' },
  { old: /^\+54([1-8]\d{9})$/, now: '+549$1' },
  { old: /^\+521([1-9]\d{9})$/, now: '+52$1' },
];
const reversals: readonly { readonly now: RegExp; readonly old: string }[] = [
  { now: /^\+55([1-9]\d)9([6-9]\d{7})$/, old: '+55$1$2' },
  { now: /^\+549([1-8]\d{9})$/, old: '+54$1' },
  { now: /^\+52([2-9]\d{9})$/, old: '+521$1' },
];

const firstRewrite = (e164: string, rules: readonly (readonly [RegExp, string])[]): string[] => {
  const rule = rules.find(([pattern]) => pattern.test(e164));
  return rule ? [e164.replace(rule[0], rule[1])] : [];
};

/** Every spelling of an E.164 number that reaches the same person, itself first. */
export const phoneVariants = (e164: string): readonly string[] => [
  e164,
  ...firstRewrite(
    e164,
    reforms.map(({ old, now }) => [old, now] as const),
  ),
  ...firstRewrite(
    e164,
    reversals.map(({ now, old }) => [now, old] as const),
  ),
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
  if (parsed?.possible) return parsed.e164;
  const rewritten = withoutAbolished(text);
  if (rewritten !== text) return international(rewritten);
  if (!parsed) return undefined;
  const current = phoneVariants(parsed.e164).find((variant) => parse(variant)?.possible);
  return current === undefined ? undefined : parsed.e164;
};

/** In any of its spellings: a number in its older form is invalid to the table, yet somebody's. */
const exists = (parsed: Parsed | undefined): parsed is Parsed =>
  parsed !== undefined && phoneVariants(parsed.e164).some((variant) => parse(variant)?.valid);

const national = (text: string, country: PhoneCountry | undefined): string | undefined => {
  const home = country && parse(text, country);
  // `wa_id` and many CRMs drop the plus. A number that exists at home wins, then one that exists abroad.
  const digits = text.replaceAll(/[\s().-]/g, '');
  const abroad = /^[1-9]\d{6,14}$/.test(digits) ? parse(`+${digits}`) : undefined;
  const existing = [home, abroad].find(exists);
  if (existing) return existing.e164;
  if (home?.possible) return home.e164;
  if (country === 'MX' && /^0(?:1|44|45)\d{10}$/.test(digits)) return international(`+52${digits}`);
  return abroad && international(abroad.e164);
};

/** E.164 of a phone as people write it; throws `InvalidIdentity`, which never holds the number. */
export const canonicalPhone = (raw: string, country?: PhoneCountry): string => {
  const text = tidy(raw);
  const e164 = text.startsWith('+') ? international(text) : national(text, country);
  if (e164 === undefined) throw new InvalidIdentity('phone');
  return e164;
};
