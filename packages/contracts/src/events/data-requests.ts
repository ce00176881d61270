import { z } from 'zod';
import { Identities } from '../identities.ts';
import { ContactId, DataRequestId, StaffId } from '../ids.ts';
import { exactTime, personal, plainText, utcTime } from '../personal.ts';
import { Channel, Purpose } from '../purposes.ts';
import { defineEvent } from './define.ts';

/** The person's right that is exercised (GDPR Art. 7(3) and 15 to 22). */
export const DataRight = z.enum([
  'access',
  'rectification',
  'erasure',
  'restriction',
  'portability',
  'objection',
  'withdrawal',
  'human-review',
]);
export type DataRight = z.infer<typeof DataRight>;

/** Ours, and every channel of the contact policy: the GDPR asks no form of a request (Art. 12; EDPB 01/2022, 3.1.2). */
export const RequestChannel = z.enum(['api', 'portal', ...Channel.options]);

/** Where a request stands. */
export const DataRequestState = z.enum([
  'received',
  'awaiting-verification',
  'verified',
  'in-progress',
  'paused',
  'completed',
  'incomplete',
  'refused',
  'cancelled',
]);
export type DataRequestState = z.infer<typeof DataRequestState>;

/** Where a code can be sent. */
export const CodeChannel = z.enum(['email', 'whatsapp']);
export type CodeChannel = z.infer<typeof CodeChannel>;

/** How a member of staff was shown who asks. An identity document is asked for where there is a doubt on record alone. */
export const EvidenceMethod = z.enum([
  'account-login',
  'known-details',
  'in-person',
  'call-back',
  'identity-document',
  'other',
]);
export type EvidenceMethod = z.infer<typeof EvidenceMethod>;

/** Where the evidence itself can be looked up, in words. */
export const EvidenceReference = personal('free-text', z.string().min(3).max(500));

/** Why somebody decided on a request, in words. */
export const RequestReason = personal('free-text', z.string().min(3).max(1000));

/** Why a request may be refused; which of them a right knows, and since when, the law's packs say. */
export const RefusalGround = z.enum([
  'manifestly-unfounded',
  'excessive',
  'not-identified',
  'rights-of-others',
  'legal-obligation',
  'legal-claims',
]);
export type RefusalGround = z.infer<typeof RefusalGround>;

/** What shows that an agent acts for the person. */
export const Mandate = z.object({
  name: personal('name', z.string().min(1).max(200)),
  kind: z.enum(['written-mandate', 'lawyer', 'parental-authority', 'guardianship']),
  /** Where the mandate itself is kept. */
  reference: EvidenceReference,
});
export type Mandate = z.infer<typeof Mandate>;

const dates = {
  /** Same date of a later month, end of day in Paris, before any roll-over: the date we work to. */
  internalDue: utcTime(),
  /** The same rolled past Saturday, Sunday and public holidays: the date the law gives. */
  legalDue: utcTime(),
};

export const DataRequestReceived = defineEvent({
  type: 'DataRequestReceived',
  version: 1,
  description: 'A person exercised a right; the legal clock runs from the instant it reached us.',
  data: z.object({
    requestId: DataRequestId,
    right: DataRight,
    channel: RequestChannel,
    identities: Identities,
    statement: personal('free-text', z.string().max(4000)).optional(),
    /** The instant the request reached us by any channel, not the time of verification. */
    receivedAt: utcTime(),
    ...dates,
    /** Which consents a withdrawal takes back; all where absent. */
    purpose: Purpose.optional(),
    /** Who asks for the person, where it is not the person. */
    agent: Mandate.optional(),
  }),
});

const about = { requestId: DataRequestId, at: utcTime() };

export const DataRequestResolved = defineEvent({
  type: 'DataRequestResolved',
  version: 1,
  description:
    'Whom the identifiers of a request name was looked up; nobody, one contact, or several.',
  data: z.object({ ...about, contactIds: z.array(ContactId) }),
});

export const DataRequestCodeSent = defineEvent({
  type: 'DataRequestCodeSent',
  version: 1,
  description: 'A code went to the identifier on file, never to one that the request gave.',
  data: z.object({ ...about, codeId: plainText(36), channel: CodeChannel, expiresAt: utcTime() }),
});

export const DataRequestCodeMissed = defineEvent({
  type: 'DataRequestCodeMissed',
  version: 1,
  description: 'Somebody gave a wrong code. At the last attempt it is closed.',
  data: z.object({
    ...about,
    codeId: plainText(36),
    /** Counted from 1. */
    attempt: z.int().min(1),
    isClosed: z.boolean(),
  }),
});

/** A code that came back, or what a member of staff was shown. */
const proof = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('code'), channel: CodeChannel, codeId: plainText(36) }),
  z.object({
    kind: z.literal('evidence'),
    method: EvidenceMethod,
    reference: EvidenceReference,
  }),
]);
export type IdentityProof = z.infer<typeof proof>;

export const DataRequestProven = defineEvent({
  type: 'DataRequestProven',
  version: 1,
  description: 'One proof of who asks was accepted; some rights need two.',
  data: z.object({ ...about, proof }),
});

export const DataRequestVerified = defineEvent({
  type: 'DataRequestVerified',
  version: 1,
  description: 'It is proven, as far as this right needs it, that the person asks.',
  data: z.object({ ...about, right: DataRight, contactIds: z.array(ContactId) }),
});

export const DataRequestStarted = defineEvent({
  type: 'DataRequestStarted',
  version: 1,
  description:
    'It is the turn of this request among those of the person: whoever carries out its right begins now.',
  data: z.object({ ...about, right: DataRight, contactIds: z.array(ContactId) }),
});

export const DataRequestPaused = defineEvent({
  type: 'DataRequestPaused',
  version: 1,
  description: 'The legal clock is suspended until what was asked of the person has come.',
  data: z.object({ ...about, justification: RequestReason }),
});

export const DataRequestResumed = defineEvent({
  type: 'DataRequestResumed',
  version: 1,
  description: 'The legal clock runs again; the due dates moved by the whole days of the pause.',
  data: z.object({ ...about, ...dates, pausedDays: z.int().min(0) }),
});

export const DataRequestExtended = defineEvent({
  type: 'DataRequestExtended',
  version: 1,
  description: 'The period was extended, once, counted from receipt (Art. 12(3)).',
  data: z.object({ ...about, ...dates, justification: RequestReason }),
});

/** One of the two people of a refusal. */
const eyes = {
  name: personal('observer', z.string().min(1).max(120)),
  keyId: plainText(64),
  staffId: StaffId.optional(),
};

export const DataRequestRefusalProposed = defineEvent({
  type: 'DataRequestRefusalProposed',
  version: 1,
  description: 'A member of staff would refuse a request; a second one must agree.',
  data: z.object({
    ...about,
    ground: RefusalGround,
    evidence: RequestReason,
    /** How the person can complain and go to court (Art. 12(4)). */
    complaint: personal('free-text', z.string().min(40).max(2000)),
    proposedBy: z.object(eyes),
  }),
});

export const DataRequestRefused = defineEvent({
  type: 'DataRequestRefused',
  version: 1,
  description: 'Two people refused a request, on a ground of the law and with evidence.',
  data: z.object({ ...about, ground: RefusalGround, approvedBy: z.object(eyes) }),
});

export const DataRequestCancelled = defineEvent({
  type: 'DataRequestCancelled',
  version: 1,
  description: 'The person took the request back.',
  data: z.object(about),
});

export const DataRequestCompleted = defineEvent({
  type: 'DataRequestCompleted',
  version: 1,
  description: 'What the person asked for is done.',
  data: z.object({ ...about, justification: RequestReason.optional() }),
});

export const DataRequestLacking = defineEvent({
  type: 'DataRequestLacking',
  version: 1,
  description: 'Part of what the person asked for is not done, and it is known what.',
  data: z.object({ ...about, justification: RequestReason }),
});

/** Rights that need nobody's decision: they take effect as they are heard. */
export const ImmediateRight = DataRight.extract(['objection', 'withdrawal']);
export type ImmediateRight = z.infer<typeof ImmediateRight>;

export const ImmediateRightExercised = defineEvent({
  type: 'ImmediateRightExercised',
  version: 1,
  description:
    'A request asks for what takes effect as it is heard: to be left alone, or a consent back. Whoever knows people carries it out.',
  data: z.object({
    requestId: DataRequestId,
    right: ImmediateRight,
    channel: RequestChannel,
    identities: Identities,
    purpose: Purpose.optional(),
    at: exactTime(),
  }),
});

export const ImmediateRightHeeded = defineEvent({
  type: 'ImmediateRightHeeded',
  version: 1,
  description: 'What a request asked for at once is recorded, of everybody whom it names.',
  data: z.object({ requestId: DataRequestId, right: ImmediateRight }),
});

export const ContactRestricted = defineEvent({
  type: 'ContactRestricted',
  version: 1,
  description: 'What is known of the contact is kept and not used (Art. 18).',
  data: z.object({
    contactId: ContactId,
    requestId: DataRequestId.optional(),
    justification: RequestReason,
  }),
});

export const RestrictionLifted = defineEvent({
  type: 'RestrictionLifted',
  version: 1,
  description: 'The contact may be worked with again; the person was told before (Art. 18(3)).',
  data: z.object({
    contactId: ContactId,
    justification: RequestReason,
    /** When the person was told that it would be lifted. */
    noticedAt: exactTime(),
  }),
});
