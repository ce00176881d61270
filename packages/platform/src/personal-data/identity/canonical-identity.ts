import { domainToASCII } from 'node:url';
import { identityKinds, type Identities, type IdentityKind } from '@tact/contracts';
import { canonicalPhone, phoneVariants, type PhoneCountry } from './phone.ts';
import { InvalidIdentity } from '../refusals.ts';

export type CanonicalOptions = {
  /** Country of numbers written the national way; without it they are refused. */
  readonly defaultCountry?: PhoneCountry;
};

const plain = (kind: IdentityKind, raw: string): string => {
  const text = raw.normalize('NFC').trim();
  // Halves of surrogate pairs would all be hashed as U+FFFD, and two people would be one.
  if (text === '' || /\p{Cc}/u.test(text) || !text.isWellFormed()) throw new InvalidIdentity(kind);
  return text;
};

const businessScopedId =
  (kind: IdentityKind) =>
  (raw: string): string => {
    const text = plain(kind, raw);
    if (/\s/.test(text)) throw new InvalidIdentity(kind);
    return text;
  };

/** Case is kept before the @, where it may mean something, and dropped in the domain, where it never does. */
const email = (raw: string): string => {
  const text = plain('email', raw);
  const at = text.lastIndexOf('@');
  const domain = domainToASCII(text.slice(at + 1));
  if (at < 1 || domain === '' || /\s/.test(text)) throw new InvalidIdentity('email');
  return `${text.slice(0, at)}@${domain}`;
};

const canonicalOf: Record<IdentityKind, (raw: string, options: CanonicalOptions) => string> = {
  phone: (raw, { defaultCountry }) => canonicalPhone(raw, defaultCountry),
  bsuid: businessScopedId('bsuid'),
  parentBsuid: businessScopedId('parentBsuid'),
  email,
  crmId: (raw) => plain('crmId', raw),
};

/** One spelling per identity; throws `InvalidIdentity`, which names the kind and never the value. */
export const canonicalIdentity = (
  kind: IdentityKind,
  raw: string,
  options: CanonicalOptions = {},
): string => canonicalOf[kind](raw, options);

/** The same for all identities of a person: what events should carry. */
export const canonicalIdentities = (
  identities: Identities,
  options: CanonicalOptions = {},
): Identities =>
  Object.fromEntries(
    identityKinds.flatMap((kind) => {
      const raw = identities[kind];
      return raw === undefined ? [] : [[kind, canonicalIdentity(kind, raw, options)]];
    }),
  );

/** The identities that have a canonical form: what has none cannot be in the index, so nobody is found. */
export const knowableIdentities = (
  identities: Identities,
  options: CanonicalOptions = {},
): Identities =>
  Object.fromEntries(
    identityKinds.flatMap((kind) => {
      const raw = identities[kind];
      if (raw === undefined) return [];
      try {
        return [[kind, canonicalIdentity(kind, raw, options)]];
      } catch (cause) {
        if (cause instanceof InvalidIdentity) return [];
        throw cause;
      }
    }),
  );

/** Spellings under which an identity may already be known, its own first. */
export const identityVariants = (kind: IdentityKind, canonical: string): readonly string[] =>
  kind === 'phone' ? phoneVariants(canonical) : [canonical];
