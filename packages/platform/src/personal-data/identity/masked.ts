import type { MaskedKind } from '@tact/contracts';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** So many digits of a number are hidden at least, or a short one could be tried out. */
const HIDDEN_DIGITS_MIN = 6;

const stars = (count: number): string =>
  Array.from({ length: Math.ceil(count / 2) }, (_, nth) =>
    '*'.repeat(Math.min(2, count - nth * 2)),
  ).join(' ');

const maskedPhone = (phone: string): string => {
  const parsed = parsePhoneNumberFromString(phone);
  const national = parsed?.nationalNumber ?? phone.replaceAll(/\D/g, '');
  const shown = Math.max(0, national.length - HIDDEN_DIGITS_MIN);
  const last = Math.min(2, shown);
  const first = Math.min(1, shown - last);
  return [
    parsed === undefined ? '+' : `+${parsed.countryCallingCode}`,
    national.slice(0, first),
    stars(national.length - first - last),
    national.slice(national.length - last),
  ]
    .filter((part) => part !== '')
    .join(' ');
};

/** As many stars whatever the length: that of a name says whose it is. */
const beginning = (text: string): string => `${Array.from(text)[0] ?? ''}***`;

const maskedEmail = (email: string): string => {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  const top = domain.slice(domain.lastIndexOf('.') + 1);
  return `${beginning(email.slice(0, at))}@${beginning(domain)}.${top}`;
};

/** Of ids that are drawn the end tells two of them apart; nothing is shown of what is hardly longer. */
const END_SHOWN = 2;
const maskedId = (id: string): string =>
  id.length < HIDDEN_DIGITS_MIN + END_SHOWN ? '***' : `***${id.slice(-END_SHOWN)}`;

const maskOf: Record<MaskedKind, (value: string) => string> = {
  phone: maskedPhone,
  email: maskedEmail,
  bsuid: maskedId,
  parentBsuid: maskedId,
};

/** Enough of an identity for who has it before them to recognise it, and too little to guess it: `+33 6 ** ** ** 12`. */
export const maskedIdentity = (kind: MaskedKind, canonical: string): string =>
  maskOf[kind](canonical);
