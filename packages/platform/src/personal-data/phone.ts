import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import { InvalidIdentity } from './refusals.ts';

/** ISO 3166 code of the country that national numbers are read in, e.g. `FR`. */
export type PhoneCountry = CountryCode;

const arabicIndicZero = 0x0660;
const extendedArabicIndicZero = 0x06f0;

const asciiDigit = (digit: string): string => {
  const code = digit.charCodeAt(0);
  const zero = code >= extendedArabicIndicZero ? extendedArabicIndicZero : arabicIndicZero;
  return String(code - zero);
};

// Copies from chat and from right-to-left text carry invisible marks; NFKC folds full-width forms.
const tidy = (raw: string): string =>
  raw
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\u0660-\u0669\u06f0-\u06f9]/g, asciiDigit)
    .trim()
    .replace(/^tel:/i, '')
    .replace(/^\+?\s*00\s*/, '+');

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

/** Numbering plans grow faster than any table: a possible length is enough where a + was written. */
const international = (text: string): string | undefined => {
  const parsed = parse(text);
  if (!parsed) return undefined;
  if (parsed.possible) return parsed.e164;
  const current = phoneVariants(parsed.e164).find((variant) => parse(variant)?.possible);
  return current === undefined ? undefined : parsed.e164;
};

const national = (text: string, country: PhoneCountry | undefined): string | undefined => {
  const home = country && parse(text, country);
  // `wa_id` and many CRMs drop the plus. A number that exists at home wins, then one that exists abroad.
  const digits = text.replaceAll(/[\s().-]/g, '');
  const abroad = /^[1-9]\d{6,14}$/.test(digits) ? parse(`+${digits}`) : undefined;
  const existing = [home, abroad].find((parsed) => parsed?.valid);
  if (existing) return existing.e164;
  return home?.possible ? home.e164 : abroad && international(abroad.e164);
};

/** E.164 of a phone as people write it; throws `InvalidIdentity`, which never holds the number. */
export const canonicalPhone = (raw: string, country?: PhoneCountry): string => {
  const text = tidy(raw);
  const e164 = text.startsWith('+') ? international(text) : national(text, country);
  if (e164 === undefined) throw new InvalidIdentity('phone');
  return e164;
};
