import { z } from 'zod';

/** Prefixes of opaque ids: what follows is random and says nothing about the person. */
export const idPrefixes = {
  contact: 'ct',
  case: 'cs',
  attempt: 'at',
  dataRequest: 'dr',
  event: 'ev',
  decision: 'de',
  import: 'im',
  consent: 'co',
  rebuild: 'rb',
  incident: 'in',
  apiKey: 'ak',
  alert: 'al',
  identityConflict: 'ic',
  contactMerge: 'mg',
  contactSplit: 'sp',
  proposal: 'pr',
  staff: 'st',
  session: 'se',
  notice: 'nt',
  confirmation: 'cf',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** As a regular expression of any dialect: an id under which somebody is a person, and what is sealed is theirs. */
export const personIdPattern = `^(${idPrefixes.contact}|${idPrefixes.dataRequest})_`;

const idOf = (kind: IdKind) =>
  z
    .string()
    .regex(new RegExp(`^${idPrefixes[kind]}_[0-9a-z]{10,40}$`))
    .meta({
      personal: false,
      description: `Opaque id, \`${idPrefixes[kind]}_\` and random characters.`,
    });

export const ContactId = idOf('contact');
export const DataRequestId = idOf('dataRequest');
export const DecisionId = idOf('decision');
export const ConsentRecordId = idOf('consent');
export const RebuildId = idOf('rebuild');
export const ImportId = idOf('import');
export const IncidentId = idOf('incident');
export const ApiKeyId = idOf('apiKey');
export const AlertId = idOf('alert');
export const IdentityConflictId = idOf('identityConflict');
export const ContactMergeId = idOf('contactMerge');
export const ContactSplitId = idOf('contactSplit');
export const ProposalId = idOf('proposal');
export const StaffId = idOf('staff');
export const SessionId = idOf('session');

/**
 * What acts where nobody of ours is known to: `system:` and what it is. `system:oidc:<host>` is a provider of identities,
 * whose word holds at each sign-in; `system:installation` the settings that the platform starts with; `system:machine`
 * somebody at the machine it runs on, whom no key and no session tells apart.
 */
export const SystemActor = z
  .string()
  .regex(/^system:(?:installation|machine|oidc:[a-z0-9.:-]{1,200})$/)
  .meta({ personal: false, description: 'What acts where nobody of ours is known to.' });
export type SystemActor = z.infer<typeof SystemActor>;

/** Who acts: a member of staff, a program by its key, or the system. */
export const ActorId = z.union([ApiKeyId, StaffId, SystemActor]);
export const NoticeId = idOf('notice');
export const ConfirmationId = idOf('confirmation');

/** Writes an id of a kind from random bytes the caller drew (16 or more): contracts knows no randomness. */
export const formatId = (kind: IdKind, random: Uint8Array): string =>
  `${idPrefixes[kind]}_${Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;

/** Digits of an id drawn from 96 bits: twelve bytes are fewer than 36 ^ 19. */
const DIGITS = 19;

/** The same in fewer letters, for an id that stands in very many rows; from twelve random bytes. */
export const formatShortId = (kind: IdKind, random: Uint8Array): string => {
  const number = random.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return `${idPrefixes[kind]}_${number.toString(36).padStart(DIGITS, '0')}`;
};

export const TenantId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,38}$/)
  .meta({ personal: false });

/** Keyed one-way fingerprint of a wamid: a wamid holds the customer's phone number and is never stored. */
/** Keyed fingerprint of an e-mail address: two that are equal are one address, and none leads back to it. */
export const AddressRef = z
  .string()
  .regex(/^ad_[0-9a-f]{40}$/)
  .meta({ personal: false });

export const MessageRef = z
  .string()
  .regex(/^mr_[0-9a-z]{26,52}$/)
  .meta({ personal: false });
