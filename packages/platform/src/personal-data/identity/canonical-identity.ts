import {
  identityKinds,
  type Identities,
  type IdentityKind,
  type IdentityRefusal,
} from '@tact/contracts';
import { InvalidIdentity } from '../refusals.ts';
import { canonicalCrmId, type CrmKind } from './crm-id.ts';
import { canonicalEmail, caseKeptEmail } from './email.ts';
import { canonicalPhone } from './phone.ts';
import type { PhoneCountry } from './phone-country.ts';
import { placeholderReason } from './placeholders.ts';
import { phoneVariants } from './renumberings.ts';

export type CanonicalOptions = {
  /** Country of numbers written the national way; without it they are refused. */
  readonly defaultCountry?: PhoneCountry;
  /** Whose CRM ids are. */
  readonly crm?: CrmKind;
  /** Refuses what is reserved for fiction, of which demonstrations and tests are made. */
  readonly refuseFictional?: boolean;
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

const canonicalOf: Record<IdentityKind, (raw: string, options: CanonicalOptions) => string> = {
  phone: (raw, { defaultCountry }) => canonicalPhone(raw, defaultCountry),
  bsuid: businessScopedId('bsuid'),
  parentBsuid: businessScopedId('parentBsuid'),
  email: canonicalEmail,
  crmId: (raw, { crm }) => canonicalCrmId(plain('crmId', raw), crm),
};

const refusePlaceholder = (kind: IdentityKind, text: string, options: CanonicalOptions): void => {
  const reason = placeholderReason(kind, text, options);
  if (reason !== undefined) throw new InvalidIdentity(kind, reason);
};

/** One spelling per identity; throws `InvalidIdentity`, which names the kind and the reason and never the value. */
export const canonicalIdentity = (
  kind: IdentityKind,
  raw: string,
  options: CanonicalOptions = {},
): string => {
  refusePlaceholder(kind, raw.trim(), options);
  const canonical = canonicalOf[kind](raw, options);
  refusePlaceholder(kind, canonical, options);
  return canonical;
};

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

/** What is left out of a person's identities, because it is none. */
type OnRefusal = (refusal: InvalidIdentity) => void;

const orRefused = <Read>(read: () => Read, onRefusal: OnRefusal): Read | undefined => {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof InvalidIdentity)) throw cause;
    onRefusal(cause);
    return undefined;
  }
};

/** What a person's identities are read as: those that can be known, and why the others are none. */
export const readIdentities = (
  identities: Identities,
  options: CanonicalOptions = {},
): { readonly known: Identities; readonly refused: readonly InvalidIdentity[] } => {
  const refused: InvalidIdentity[] = [];
  const known = identityKinds.flatMap((kind) => {
    const raw = identities[kind];
    if (raw === undefined) return [];
    const read = () => canonicalIdentity(kind, raw, options);
    const canonical = orRefused(read, (refusal) => refused.push(refusal));
    return canonical === undefined ? [] : [[kind, canonical]];
  });
  return { known: Object.fromEntries(known), refused };
};

/** Reasons for which a text is nobody's, so that a row goes on without it. */
const nobodys: readonly IdentityRefusal[] = ['placeholder', 'fictional'];

/**
 * What a registration keeps: `identities` in canonical form for the events, and `stated` for the index, which also knows
 * people by an address in the case it was told in. Placeholders are left out; throws `InvalidIdentity` for what is badly
 * written, and where nothing is left.
 */
export const registrableIdentities = (
  given: Identities,
  options: CanonicalOptions = {},
): { readonly identities: Identities; readonly stated: Identities } => {
  const { known, refused } = readIdentities(given, options);
  const isNobody = Object.keys(known).length === 0;
  const refusal = refused.find(({ reason }) => isNobody || !nobodys.includes(reason));
  if (refusal) throw refusal;
  const { email } = given;
  const stated = known.email === undefined || email === undefined ? known : { ...known, email };
  return { identities: known, stated };
};

/** Per kind, the spellings under which an identity may be known, its canonical one first. */
export type Spellings = Partial<Record<IdentityKind, readonly string[]>>;

/**
 * An address of before case was dropped is known only under the case it was told in, hence as stated too: fingerprints
 * cannot be put into lower case.
 */
const spellingsOf = (
  kind: IdentityKind,
  stated: string,
  options: CanonicalOptions,
): readonly string[] => {
  const canonical = canonicalIdentity(kind, stated, options);
  if (kind === 'phone') return phoneVariants(canonical);
  const earlier = kind === 'email' ? caseKeptEmail(stated) : undefined;
  return earlier === undefined || earlier === canonical ? [canonical] : [canonical, earlier];
};

/** Of identities as they were stated; throws `InvalidIdentity` where one is none. */
export const identitySpellings = (stated: Identities, options: CanonicalOptions = {}): Spellings =>
  Object.fromEntries(
    identityKinds.flatMap((kind) => {
      const raw = stated[kind];
      return raw === undefined ? [] : [[kind, spellingsOf(kind, raw, options)]];
    }),
  );

/** The same without those that have no canonical form: what has none cannot be in the index, so it finds nobody. */
export const knowableSpellings = (stated: Identities, options: CanonicalOptions = {}): Spellings =>
  Object.fromEntries(
    identityKinds.flatMap((kind) => {
      const raw = stated[kind];
      if (raw === undefined) return [];
      const spellings = orRefused(
        () => spellingsOf(kind, raw, options),
        () => undefined,
      );
      return spellings === undefined ? [] : [[kind, spellings]];
    }),
  );
