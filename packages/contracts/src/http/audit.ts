import { z } from 'zod';
import { ActName, ChangedNames, Sha256 } from '../events/audit.ts';
import { ActorId, TenantId } from '../ids.ts';
import { personal, plainText, statedTime, utcTime } from '../personal.ts';
import { Cursor, PageLimit } from './query.ts';

/** The `typ` of a signed head: how far a chain was, and the hash of its last entry. */
export const auditHeadTyp = 'tact-audit-head';

/** What a signed head says: how far the chain was, its last hash, and of how many entries nobody knows whom they concern. */
export const AuditHead = z.object({
  tenant: TenantId,
  seq: z.int().nonnegative(),
  hash: Sha256,
  at: utcTime(),
  blanked: z.int().nonnegative(),
});
export type AuditHead = z.infer<typeof AuditHead>;

/** The first line of an export says so; another form would have another name. */
export const auditFormat = 'tact-audit-1';

/**
 * One entry of a tenant's hash chain, and what its hash is over: SHA-256 of this object in the canonical form of
 * RFC 8785, in hex. `prev` is the hash of the entry before; of the first one it is 64 zeros.
 */
export const AuditEntry = z.object({
  tenant: TenantId,
  /** Counted from 1, without a gap. */
  seq: z.int().positive(),
  /** When it was done; of what concerns a person the hour alone. */
  at: utcTime(),
  act: ActName,
  actor: ActorId,
  /** Which key, model or import it was. */
  about: plainText(120).optional(),
  /**
   * The form of the entry, under its hash; of the first form where it is absent. A later form only adds fields, and an
   * entry says the form that the fields it holds are of.
   */
  form: z.literal(2).optional(),
  /** Of form 2: names of the settings, fields, roles or scopes that were changed. */
  changed: ChangedNames.min(1).optional(),
  /** Of form 2: how many of a list were shown. */
  shown: z.int().nonnegative().optional(),
  /** The event that says it in full, and the digest of it as its service stores it. */
  event: z.object({
    id: z.uuid().meta({ personal: false }),
    source: plainText(40),
    sha256: Sha256,
  }),
  /** SHA-256 over `{"salt": …, "subject": …}`: whom it concerns, a person or the tenant. */
  subject: Sha256,
  /** The same of the reason that was given. */
  reason: Sha256.optional(),
  prev: Sha256,
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** What opens the commitment to whom an entry concerns; gone once the person is erased. */
export const AuditOpening = z.object({ subject: plainText(64), salt: Sha256 });

/** `GET /v1/audit-events`: an entry as people read it. */
export const AuditEvent = z.object({
  seq: z.int().positive(),
  at: utcTime(),
  act: ActName,
  text: z.object({ fr: plainText(200), en: plainText(200) }),
  actor: ActorId,
  about: plainText(120).optional(),
  /** Names of what was changed; of roles and scopes what was given, `+`, and taken, `-`. */
  changed: ChangedNames.optional(),
  /** How many of a list were shown in that hour until then. */
  shown: z.int().nonnegative().optional(),
  /** The person it concerns, or the tenant; absent once the person is erased. */
  subject: plainText(64).optional(),
  reason: personal('free-text', z.string()).optional(),
  eventId: z.uuid().meta({ personal: false }),
  source: plainText(40),
  hash: Sha256,
});
export type AuditEvent = z.infer<typeof AuditEvent>;

export const AuditPage = z.object({
  items: z.array(AuditEvent),
  nextCursor: Cursor.optional(),
});
export type AuditPage = z.infer<typeof AuditPage>;

/** `GET /v1/audit-events`: latest first. */
export const AuditQuery = z.strictObject({
  limit: PageLimit.default(50),
  cursor: Cursor.optional(),
  subject: z
    .string()
    .regex(/^[a-z0-9_-]{1,64}$/)
    .optional()
    .meta({ personal: false, description: 'Only acts on this contact, data request or tenant.' }),
  actor: ActorId.optional().meta({
    description: 'Only acts of this member of staff, this key, or the system.',
  }),
  from: statedTime().optional().meta({ description: 'Only acts from this instant on.' }),
  to: statedTime().optional().meta({ description: 'Only acts before this instant.' }),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** `GET /v1/audit-events/export`: lines of JSON, each an `AuditLine`. */
export const AuditExport = z.string().meta({
  personal: false,
  contentMediaType: 'application/x-ndjson',
});

/** A line of an export. */
export const AuditLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('chain'),
    format: z.literal(auditFormat),
    tenant: TenantId,
  }),
  z.object({
    kind: z.literal('entry'),
    entry: AuditEntry,
    hash: Sha256,
    opening: AuditOpening.optional(),
    /** In the place of the opening, once the person is erased. */
    blanked: z.literal(true).optional(),
  }),
  z.object({
    /** A signature made while the chain ended there. */
    kind: z.literal('head'),
    jws: plainText(2000),
  }),
  z.object({
    /** The last line: the signature over where the export ends. */
    kind: z.literal('end'),
    jws: plainText(2000),
  }),
]);
export type AuditLine = z.infer<typeof AuditLine>;
