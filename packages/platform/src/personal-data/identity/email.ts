import { domainToASCII } from 'node:url';
import { InvalidIdentity } from '../refusals.ts';

/** Marks that are copied along and seen by nobody: zero-width, direction, soft hyphen. */
const invisible = /\p{Cf}/gu;

const unwrapped = (raw: string): string =>
  raw
    .normalize('NFC')
    .replaceAll(invisible, '')
    .trim()
    .replace(/^mailto:([^?]*).*$/i, '$1')
    .trim()
    .replace(/\.+$/, '');

/** As DNS has it; undefined for what is no domain of a mailbox. */
const domainOf = (text: string): string | undefined => {
  // A number or an escape would be read as a host's address by the rules of URLs.
  if (/[%[\]]|(?:^|\.)\d+$/.test(text)) return undefined;
  const ascii = domainToASCII(text);
  return /^[^.]+(?:\.[^.]+)+$/.test(ascii) ? ascii : undefined;
};

const isLegible = (text: string): boolean =>
  text.isWellFormed() && !/[\s\p{Cc},;:<>()\\]/u.test(text);

/**
 * One spelling of an address: lower case on both sides of the @, since no provider in use tells two people apart by case,
 * and the domain as DNS has it. Dots and +tags stay: where they mean nothing is the provider's secret.
 */
export const canonicalEmail = (raw: string): string => {
  const text = unwrapped(raw);
  const [local = '', stated = '', ...others] = text.split('@');
  if (others.length > 0) throw new InvalidIdentity('email', 'several-values');
  const domain = domainOf(stated);
  if (local === '' || domain === undefined || !isLegible(text)) throw new InvalidIdentity('email');
  return `${local.toLowerCase().normalize('NFC')}@${domain}`;
};

/** How an address was written before case was dropped: people of then are found under it. */
export const caseKeptEmail = (raw: string): string | undefined => {
  const text = raw.normalize('NFC').trim();
  const at = text.lastIndexOf('@');
  const domain = domainToASCII(text.slice(at + 1));
  const isOne = at > 0 && domain !== '' && !/[\s\p{Cc}]/u.test(text) && text.isWellFormed();
  return isOne ? `${text.slice(0, at)}@${domain}` : undefined;
};
