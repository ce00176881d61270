import { z } from 'zod';
import { Identities } from '../identities.ts';
import { ContactId, MessageRef, NoticeId } from '../ids.ts';
import { exactTime, personal, plainText, utcTime } from '../personal.ts';
import { Channel, ConsentState, Purpose } from '../purposes.ts';
import { SignalKind } from '../signals.ts';
import { defineEvent } from './define.ts';

/** IANA time zone name, e.g. `Europe/Paris`. */
export const TimeZone = personal('attribute', z.string().min(1).max(64));
/** BCP 47 language tag, e.g. `fr`. */
export const Language = personal('attribute', z.string().min(2).max(35));
export const Attributes = personal('attribute', z.record(z.string().max(64), z.string().max(500)));

/** How the person agreed. `double-opt-in`: by a link that was sent to the address on file. */
export const ConsentMethod = z.enum(['form', 'recorded-call', 'paper', 'double-opt-in', 'other']);
export type ConsentMethod = z.infer<typeof ConsentMethod>;

/** In words, where the agreement was heard or read. */
export const ProofSource = personal('free-text', z.string().min(1).max(500));

/** What shows an agreement, as it is stored. Those of earlier releases name no method, and a withdrawal needs none of it. */
export const ConsentProof = z.object({
  source: ProofSource.optional(),
  method: ConsentMethod.optional(),
  /** A registered text; else the version and the hash that the business gave it. */
  noticeId: NoticeId.optional(),
  noticeVersion: plainText(64).optional(),
  noticeSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ personal: false })
    .optional(),
  /** Where the agreement itself can be looked up: a number of a form, a recording, the token of a link. */
  evidenceRef: personal('free-text', z.string().min(1).max(200)).optional(),
});
export type ConsentProof = z.infer<typeof ConsentProof>;

export const ContactRegistered = defineEvent({
  type: 'ContactRegistered',
  version: 1,
  description: 'A person became known to the business under at least one identity.',
  data: z.object({
    contactId: ContactId,
    identities: Identities,
    timeZone: TimeZone.optional(),
    language: Language.optional(),
    attributes: Attributes.optional(),
  }),
});

/** What a person may have another of from one day to the next. */
export const replaceableKinds = ['phone', 'bsuid', 'email', 'crmId', 'link'] as const;

export const ContactUpdated = defineEvent({
  type: 'ContactUpdated',
  version: 1,
  description: 'A known person gained identities or details; what is absent did not change.',
  data: z.object({
    contactId: ContactId,
    identities: Identities,
    /** Kinds of which the earlier one is not theirs any more. */
    replaced: z.array(z.enum(replaceableKinds)).optional(),
    timeZone: TimeZone.optional(),
    language: Language.optional(),
    attributes: Attributes.optional(),
  }),
});

export const ConsentDeclared = defineEvent({
  type: 'ConsentDeclared',
  version: 1,
  description: 'The business declared a consent, with its proof; the ledger of outreach judges it.',
  data: z.object({
    contactId: ContactId,
    purpose: Purpose,
    channel: Channel,
    state: ConsentState,
    at: utcTime(),
    proof: ConsentProof,
  }),
});

export const ContactLinked = defineEvent({
  type: 'ContactLinked',
  version: 1,
  description:
    'The provider said that the person behind one contact goes on as another. No score is carried over.',
  data: z.object({
    contactId: ContactId,
    otherContactId: ContactId,
    /** Whether the other contact is the one before or the one after the change. */
    direction: z.enum(['previous', 'next']),
    because: z.enum(['number-changed', 'user-id-changed', 'same-person']),
    occurredAt: exactTime(),
  }),
});

/** `marketing` stops promotions; `everything` is an objection: no message, no analysis, on any channel or number. */
export const SuppressionScope = z.enum(['marketing', 'everything']);
export type SuppressionScope = z.infer<typeof SuppressionScope>;
export const SuppressionGround = z.enum([
  'stop-word',
  'doubtful-stop-word',
  'marketing-preference',
  'marketing-opt-out-code',
  'objection',
]);
export type SuppressionGround = z.infer<typeof SuppressionGround>;

export const ObjectionHeard = defineEvent({
  type: 'ObjectionHeard',
  version: 1,
  description:
    'A known person who is not analysed asked to be left alone: a right that needs no consent to be heard.',
  data: z.object({
    contactId: ContactId,
    scope: SuppressionScope,
    ground: SuppressionGround,
    at: utcTime(),
  }),
});

/** What reopens: a word on the channel it was said on, or a setting of WhatsApp's. */
export const LiftGround = z.enum(['marketing-preference', 'start-word', 'new-consent']);
export type LiftGround = z.infer<typeof LiftGround>;

const wish = {
  contactId: ContactId,
  scope: SuppressionScope,
  /** Where it was said. */
  channel: Channel,
  at: exactTime(),
};

export const RefusalReceived = defineEvent({
  type: 'RefusalReceived',
  version: 1,
  description:
    'The person asked to be left alone: a right that needs no agreement to analysis to be heard.',
  data: z.object({ ...wish, ground: SuppressionGround }),
});

export const ResumptionReceived = defineEvent({
  type: 'ResumptionReceived',
  version: 1,
  description: 'The person asked to hear from us again, on the channel where that was said.',
  data: z.object({ ...wish, ground: LiftGround }),
});

export const WithdrawalDeclared = defineEvent({
  type: 'WithdrawalDeclared',
  version: 1,
  description: 'The business declared that the person withdrew a consent; nothing may wait for it.',
  data: z.object({
    contactId: ContactId,
    purpose: Purpose,
    channel: Channel,
    at: utcTime(),
    proof: ConsentProof,
    /** Absent: the business told of it. */
    by: z.literal('person').optional(),
  }),
});

export const SignalOrigin = z.enum(['whatsapp-webhook', 'agent', 'crm', 'crm-import', 'timer']);

/** What a human saw in the app: the note, and what had been seen before. */
const Sight = personal('free-text', z.string().min(1).max(500));

/** How the sender classed the message; decides whether it counts in the pressure cap. */
export const MessageCategory = z.enum(['marketing', 'utility', 'authentication', 'service']);
export type MessageCategory = z.infer<typeof MessageCategory>;

export const SignalRecorded = defineEvent({
  type: 'SignalRecorded',
  version: 1,
  description: 'One observation about one contact, at the time it happened. None says "blocked".',
  data: z.object({
    contactId: ContactId,
    kind: SignalKind,
    occurredAt: exactTime(),
    origin: SignalOrigin,
    messageRef: MessageRef.optional(),
    /** Our sending number, WhatsApp's phone_number_id: the business, not a person. */
    sender: plainText(64).optional(),
    /** Error code of a failed message, as WhatsApp gave it. */
    code: z.int().optional(),
    messageCategory: MessageCategory.optional(),
    /** WhatsApp's type of an inbound message (`text`, `image`, ...); its content is never kept. */
    inboundType: plainText(40).optional(),
    observer: personal('observer', z.string().min(1).max(120)).optional(),
    /** What the observer saw. */
    saw: Sight.optional(),
    /** The earlier sighting it is compared with: "no photo" says nothing of who never had one. */
    baseline: z.object({ at: exactTime(), saw: Sight }).optional(),
    /** Told about the past (a synchronised history): it seeds a baseline and never counts in a cap. */
    backfill: z.boolean().optional(),
    /** The code floods the tenant: as evidence it waits for a human; a refusal that it tells is heeded. */
    effectSuspended: z.boolean().optional(),
    /** Seconds a sent message lives at WhatsApp before it is dropped without a word. */
    ttlSeconds: z.int().positive().optional(),
  }),
});
export type SignalRecorded = z.infer<typeof SignalRecorded.data>;

export const MessageCounted = defineEvent({
  type: 'MessageCounted',
  version: 1,
  description:
    'A message of ours to somebody who is not analysed was seen leaving: the hour and the category, for the pressure cap alone.',
  data: z.object({
    contactId: ContactId,
    /** The beginning of the hour in which the message left. */
    hour: utcTime(),
    messageCategory: MessageCategory.optional(),
    /** It was no message: what the event that caused this one counted, or would, counts no more. */
    isNone: z.literal(true).optional(),
  }),
});
