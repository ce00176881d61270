import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import type { IdentityKind, IdentityRefusal } from '@tact/contracts';
import { isFictionalPhone } from './fictional-phones.ts';

const word =
  /^(?:none|null|nil|nan|n\/?a|#n\/a|#(?:ref|value|null|name|div\/0)[!?]|undefined|unknown|inconnue?|desconocido|unbekannt|test|tests?ing|to ?be ?(?:done|defined)|tbd|[-_.?]+|0+|\(?(?:blank|empty|vide)\)?|not (?:provided|available|set)|no ?(?:e-?mail|phone)|sans|aucune?|non renseign[ée]e?)$/i;

/** What fills a mandatory field with an address that is nobody's. */
const noMailbox =
  /^(?:no-?_?reply|do-?_?not-?_?reply|ne-?pas-?repondre|none|null|nil|unknown|undefined|no-?_?e?-?mail|nomail|pas-?de-?mail|sans-?e?-?mail)@|@(?:none|null|noe?-?mail|unknown|test|nowhere|invalid)(?:\.|$)|^test@test\.|\.(?:invalid|localhost)$|^(.)\1*@\1+\.[^@]*$/;

const countsUpOrDown = (digits: string): boolean =>
  '01234567890123456789'.includes(digits) || '98765432109876543210'.includes(digits);

const isFilledPhone = (digits: string): boolean =>
  /^(\d)\1+$/.test(digits) ||
  /^\d{1,3}0{7,}$/.test(digits) ||
  (digits.length >= 8 && countsUpOrDown(digits));

/** No calling code is the beginning of another, so the first that fits is the number's. */
const callingCodes: ReadonlySet<string> = new Set(
  getCountries().map((country) => getCountryCallingCode(country)),
);

const isFilledE164 = (e164: string): boolean => {
  const length = [1, 2, 3].find((digits) => callingCodes.has(e164.slice(1, 1 + digits)));
  return length !== undefined && isFilledPhone(e164.slice(1 + length));
};

type Row = {
  readonly kinds: readonly IdentityKind[];
  readonly reason: IdentityRefusal;
  readonly is: (text: string) => boolean;
};

const anyKind: readonly IdentityKind[] = ['phone', 'bsuid', 'parentBsuid', 'email', 'crmId'];

/** Values that are nobody's, asked of the text as it was written and of its canonical form alike. */
const placeholders: readonly Row[] = [
  { kinds: anyKind, reason: 'placeholder', is: (text) => word.test(text) },
  { kinds: ['email'], reason: 'placeholder', is: (text) => noMailbox.test(text) },
  {
    kinds: ['phone'],
    reason: 'placeholder',
    is: (text) =>
      /^\+[\d\s]*$/.test(text) ? isFilledE164(text) : isFilledPhone(text.replaceAll(/\D/g, '')),
  },
];

/** Nobody's either, but what demonstrations and tests are made of. */
const fictional: readonly Row[] = [
  {
    kinds: ['email'],
    reason: 'fictional',
    is: (text) => /[@.]example(?:\.[a-z]+)?$|\.test$/.test(text),
  },
  { kinds: ['phone'], reason: 'fictional', is: isFictionalPhone },
];

/** Why a text that has the form of an identity is nobody's; undefined for all others. */
export const placeholderReason = (
  kind: IdentityKind,
  text: string,
  options: { readonly refuseFictional?: boolean } = {},
): IdentityRefusal | undefined => {
  const rows = options.refuseFictional === true ? [...placeholders, ...fictional] : placeholders;
  return rows.find((row) => row.kinds.includes(kind) && row.is(text))?.reason;
};
