import { z } from 'zod';
import { ActorId, ContactId, TenantId } from '../ids.ts';
import { personal, plainText } from '../personal.ts';
import { defineEvent } from './define.ts';

export const ContactViewed = defineEvent({
  type: 'ContactViewed',
  version: 1,
  description: 'A key read what is known of a person; what it was shown is not kept.',
  data: z.object({
    tenantId: TenantId,
    /** Who acted: a member of staff, or the key where it is nobody's. */
    keyId: plainText(64),
    found: z.boolean(),
    contactId: ContactId.optional(),
  }),
});

export const ContactSearched = defineEvent({
  type: 'ContactSearched',
  version: 1,
  description: 'A key looked a person up by an identity; what was looked for is not kept.',
  data: z.object({
    tenantId: TenantId,
    /** Who acted: a member of staff, or the key where it is nobody's. */
    keyId: plainText(64),
    identityKind: z.enum(['phone', 'bsuid', 'email', 'crmId', 'link']),
    found: z.boolean(),
    contactId: ContactId.optional(),
  }),
});

/** What of a person is shown by a route of its own. */
export const DisclosedPart = z.enum([
  'block-likelihood',
  'likelihood-history',
  'signals',
  'consents',
  'consent-receipt',
  'preferences',
  'merge',
  'split',
]);
export type DisclosedPart = z.infer<typeof DisclosedPart>;

export const ContactDisclosed = defineEvent({
  type: 'ContactDisclosed',
  version: 1,
  description:
    'A key or a member of staff was shown something of a person, once or more within the hour; what it said is not kept.',
  data: z.object({ contactId: ContactId, part: DisclosedPart }),
});

/** What shows some of the contacts, of the staff, or of what was done. */
export const DisclosedList = z.enum([
  'block-likelihoods',
  'identity-conflicts',
  'imports',
  'import-preview',
  'data-requests',
  'audit-events',
  'staff',
  'proposals',
  'sessions',
  'api-keys',
  'settings',
  'parked-records',
  'uncertain-mails',
]);
export type DisclosedList = z.infer<typeof DisclosedList>;

export const ListDisclosed = defineEvent({
  type: 'ListDisclosed',
  version: 1,
  description:
    'A key or a member of staff looked at a list. Told once an hour, and again each time ten times as many were shown; whom it showed is in the ledger of disclosures.',
  data: z.object({
    list: DisclosedList,
    /** How many of it were shown in that hour until now. */
    shown: z.int().nonnegative(),
  }),
});

/** Acts that change no contact: how the platform is worked and looked after. */
export const PerformedAct = z.enum([
  'import-started',
  'import-mapping-changed',
  'model-fitted',
  'records-redriven',
  'rebuild-started',
  'consumer-reset',
  'traces-looked-for',
  'canary-planted',
  'canary-removed',
  'test-mail-sent',
  'audit-exported',
  'mail-settled',
  'clock-moved',
  'backup-taken',
  'backup-restored',
  'key-loss-accepted',
  'first-key-made',
  'first-key-revoked',
  'other-tenant-created',
  'other-tenant-changed',
  'other-tenant-key-drawn',
  'data-request-exported',
]);
export type PerformedAct = z.infer<typeof PerformedAct>;

/** Names alone, and no value but of roles and scopes: `country`, `+compliance`, `-agent`. */
export const ChangedNames = z.array(plainText(80)).max(60);

export const ActPerformed = defineEvent({
  type: 'ActPerformed',
  version: 1,
  description: 'Somebody began or did something that is no event of a contact.',
  data: z.object({
    tenantId: TenantId,
    act: PerformedAct,
    /** Which one: an import, a read model, a consumer; never anything of a person. */
    about: plainText(120).optional(),
    /** Names of what it changed; of scopes what was given, `+`, and taken, `-`. */
    changed: ChangedNames.optional(),
  }),
});

/** What an act is called in the audit: letters and dashes. */
export const ActName = z
  .string()
  .regex(/^[a-z][a-z-]{1,60}$/)
  .meta({ personal: false });

/** SHA-256 in hex. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ personal: false });

/**
 * Never stored by the service it is about: the relay tells it beside the event. Its subject is the person the act
 * concerns, or the tenant.
 */
export const ActRecorded = defineEvent({
  type: 'ActRecorded',
  version: 1,
  description:
    'Somebody acted: what the audit keeps of an event, without anything of the person but the id.',
  data: z.object({
    act: ActName,
    actor: ActorId,
    /** The event that says it in full. */
    eventId: z.uuid().meta({ personal: false }),
    /** Of that event as it is stored, in the canonical form of RFC 8785. */
    eventSha256: Sha256,
    /** Which key, model, import it was. */
    about: plainText(120).optional(),
    /** Which settings, fields, roles or scopes it changed. */
    changed: ChangedNames.optional(),
    /** How many of a list were shown. */
    shown: z.int().nonnegative().optional(),
    /** Why, in the words of who acted. */
    justification: personal('free-text', z.string().min(1).max(500)).optional(),
  }),
});
