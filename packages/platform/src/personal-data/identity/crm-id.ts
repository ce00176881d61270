import { InvalidIdentity } from '../refusals.ts';

/** Whose ids they are: a vendor's have a form of their own, `other` is anybody's. */
export const crmKinds = ['hubspot', 'salesforce', 'zendesk', 'other'] as const;
export type CrmKind = (typeof crmKinds)[number];

const checkCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const thirds = [0, 5, 10] as const;

/** Bit n of a check character says that letter n of its five is a capital. */
const checkOf = (id: string): string =>
  thirds
    .map((start) => {
      const five = Array.from(id.slice(start, start + 5));
      return checkCharacters.charAt(
        five.reduce((bits, letter, nth) => bits | (/[A-Z]/.test(letter) ? 1 << nth : 0), 0),
      );
    })
    .join('');

/** Programs that do not tell case apart may have changed it; the check characters have kept it. */
const caseRestored = (id: string): string =>
  thirds
    .map((start, third) => {
      const bits = checkCharacters.indexOf(id.charAt(15 + third).toUpperCase());
      return Array.from(id.slice(start, start + 5))
        .map((letter, nth) => (bits & (1 << nth) ? letter.toUpperCase() : letter.toLowerCase()))
        .join('');
    })
    .join('');

const salesforce = (text: string): string => {
  if (/^[a-z0-9]{15}$/i.test(text)) return text + checkOf(text);
  if (!/^[a-z0-9]{15}[a-z0-5]{3}$/i.test(text)) throw new InvalidIdentity('crmId');
  const id = caseRestored(text);
  const whole = id + checkOf(id);
  if (whole.toUpperCase() !== text.toUpperCase()) throw new InvalidIdentity('crmId', 'checksum');
  return whole;
};

const numeric = (text: string): string => {
  const digits = text.replace(/^(\d+)[.,]0+$/, '$1');
  if (/^\d+(?:[.,]\d+)?e[+-]?\d+$/i.test(digits)) {
    throw new InvalidIdentity('crmId', 'scientific-notation');
  }
  if (!/^[1-9]\d{0,19}$/.test(digits)) throw new InvalidIdentity('crmId');
  return digits;
};

const formOf: Record<CrmKind, (text: string) => string> = {
  salesforce,
  hubspot: numeric,
  zendesk: numeric,
  other: (text) => text,
};

/**
 * One spelling of a CRM's id, already trimmed: Salesforce's 15 characters become the 18 that no program confuses,
 * HubSpot's and Zendesk's are numbers, anybody else's keep their case.
 */
export const canonicalCrmId = (text: string, kind: CrmKind = 'other'): string => formOf[kind](text);

const vendors = crmKinds.filter((kind) => kind !== 'other');

/** Whose ids a connection has: the vendor that its name begins with, e.g. `salesforce-emea`. */
export const crmKindOf = (connection: string): CrmKind =>
  vendors.find((vendor) => connection === vendor || connection.startsWith(`${vendor}-`)) ?? 'other';
