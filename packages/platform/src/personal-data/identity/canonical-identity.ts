import {
  type CrmLink,
  defaultRecord,
  identityKinds,
  type Identities,
  type IdentityKind,
  type IdentityRefusal,
  type TextIdentityKind,
} from '@tact/contracts';
import { InvalidIdentity } from '../refusals.ts';
import { canonicalCrmId, type CrmKind, crmKindOf } from './crm-id.ts';
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

const canonicalOf: Record<TextIdentityKind, (raw: string, options: CanonicalOptions) => string> = {
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
  kind: TextIdentityKind,
  raw: string,
  options: CanonicalOptions = {},
): string => {
  refusePlaceholder(kind, raw.trim(), options);
  const canonical = canonicalOf[kind](raw, options);
  refusePlaceholder(kind, canonical, options);
  return canonical;
};

/** A record with its id in the form of its CRM. */
const canonicalLink = (link: CrmLink, options: CanonicalOptions): CrmLink => {
  try {
    const crm = crmKindOf(link.connection);
    return { ...link, id: canonicalIdentity('crmId', link.id, { ...options, crm }) };
  } catch (error) {
    if (!(error instanceof InvalidIdentity)) throw error;
    throw new InvalidIdentity('link', error.reason);
  }
};

type Given = string | CrmLink;

const canonicalGiven = (kind: IdentityKind, given: Given, options: CanonicalOptions): Given =>
  typeof given === 'string'
    ? canonicalIdentity(kind as TextIdentityKind, given, options)
    : canonicalLink(given, options);

/** The record of the connection `default` is what a bare `crmId` says. */
const withBareId = (identities: Identities): Identities => {
  const { link, ...others } = identities;
  const isBare =
    link?.connection === defaultRecord.connection && link.object === defaultRecord.object;
  if (link === undefined || !isBare) return identities;
  if (others.crmId !== undefined && others.crmId.trim() !== link.id.trim()) {
    throw new InvalidIdentity('link', 'several-values');
  }
  return { ...others, crmId: link.id };
};

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

const entriesOf = <Read>(
  identities: Identities,
  read: (kind: IdentityKind, given: Given) => Read | undefined,
): [IdentityKind, Read][] =>
  identityKinds.flatMap((kind): [IdentityKind, Read][] => {
    const given = identities[kind];
    const known = given === undefined ? undefined : read(kind, given);
    return known === undefined ? [] : [[kind, known]];
  });

/** All identities of a person in canonical form: what events should carry. Throws `InvalidIdentity`. */
export const canonicalIdentities = (
  identities: Identities,
  options: CanonicalOptions = {},
): Identities =>
  Object.fromEntries(
    entriesOf(withBareId(identities), (kind, given) => canonicalGiven(kind, given, options)),
  );

/** What a person's identities are read as: those that can be known, and why the others are none. */
export const readIdentities = (
  identities: Identities,
  options: CanonicalOptions = {},
): { readonly known: Identities; readonly refused: readonly InvalidIdentity[] } => {
  const refused: InvalidIdentity[] = [];
  const known = entriesOf(withBareId(identities), (kind, given) =>
    orRefused(
      () => canonicalGiven(kind, given, options),
      (refusal) => refused.push(refusal),
    ),
  );
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
  stated: Given,
  options: CanonicalOptions,
): readonly string[] => {
  const canonical = canonicalGiven(kind, stated, options);
  if (typeof canonical !== 'string') return [`${recordOf(canonical)}/${canonical.id}`];
  if (kind === 'phone') return phoneVariants(canonical);
  const earlier =
    kind === 'email' && typeof stated === 'string' ? caseKeptEmail(stated) : undefined;
  return earlier === undefined || earlier === canonical ? [canonical] : [canonical, earlier];
};

/** The kind of record a link names: a person has one of each. Names have no slash. */
export const recordOf = ({ connection, object }: Omit<CrmLink, 'id'>): string =>
  `${connection}/${object}`;

/** Of identities as they were stated; throws `InvalidIdentity` where one is none. */
export const identitySpellings = (stated: Identities, options: CanonicalOptions = {}): Spellings =>
  Object.fromEntries(
    entriesOf(withBareId(stated), (kind, given) => spellingsOf(kind, given, options)),
  );

/** The id of a contact's record of a CRM as it was kept before connections were. */
export const bareSpellings = ({ link }: Identities, options: CanonicalOptions = {}): Spellings =>
  link?.object === defaultRecord.object ? { crmId: [canonicalLink(link, options).id] } : {};

/** The same without those that have no canonical form: what has none cannot be in the index, so it finds nobody. */
export const knowableSpellings = (
  stated: Identities,
  options: CanonicalOptions = {},
): Spellings => {
  const { link: _, ...others } = stated;
  const given = orRefused(
    () => withBareId(stated),
    () => undefined,
  );
  return Object.fromEntries(
    entriesOf(given ?? others, (kind, one) =>
      orRefused(
        () => spellingsOf(kind, one, options),
        () => undefined,
      ),
    ),
  );
};
