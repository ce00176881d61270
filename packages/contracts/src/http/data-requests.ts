import { z } from 'zod';
import {
  CodeChannel,
  DataRequestState,
  DataRight,
  EvidenceMethod,
  EvidenceReference,
  Mandate,
  RefusalGround,
  RequestChannel,
  RequestReason,
} from '../events/data-requests.ts';
import { StaffName } from '../events/contact-changes.ts';
import { StatedIdentities } from '../identities.ts';
import { DataRequestId } from '../ids.ts';
import { instantIn, personal, plainText, statedTime, utcTime } from '../personal.ts';
import { Purpose } from '../purposes.ts';
import { WrittenAt } from './at-least.ts';
import { AsOf } from './block-likelihood.ts';
import { Cursor } from './query.ts';

/** No request under the Regulation is older than its Art. 99(2): an earlier date is a slip, and would be years overdue. */
const regulationApplies = '2018-05-25';

/** `POST /v1/data-requests`: always accepted with 202; nobody is looked up while the caller waits. */
export const OpenDataRequest = z
  .strictObject({
    right: DataRight,
    identities: StatedIdentities,
    channel: RequestChannel.default('api'),
    /** When it reached the business by another channel; never in the future. Now when absent. */
    receivedAt: statedTime()
      .refine((at) => at >= regulationApplies, { message: 'Lies before the GDPR applied.' })
      .meta({
        pattern: instantIn(
          String.raw`(?:2018-(?:05-(?:2[5-9]|3[01])|(?:0[6-9]|1[0-2])-[0-9]{2})|(?:2019|20[2-9][0-9]|2[1-9][0-9]{2}|[3-9][0-9]{3})-[0-9]{2}-[0-9]{2})`,
        ),
      })
      .optional(),
    statement: personal('free-text', z.string().max(4000)).optional(),
    /** Of a withdrawal: which consents; all when absent. */
    purpose: Purpose.optional(),
    /** Who asks for the person, where it is not the person, and what shows that they may. */
    agent: z.strictObject(Mandate.shape).optional(),
  })
  .meta({
    examples: [{ right: 'access', identities: { email: 'ana@example.com' }, channel: 'email' }],
  });
export type OpenDataRequest = z.infer<typeof OpenDataRequest>;

export const DataRequestAccepted = z.object({
  requestId: DataRequestId,
  status: z.literal('received'),
  receivedAt: utcTime(),
  internalDue: utcTime(),
  legalDue: utcTime(),
  position: WrittenAt,
});
export type DataRequestAccepted = z.infer<typeof DataRequestAccepted>;

/** One thing that happened to a request, and where it stood then. */
export const DataRequestStep = z.object({
  /** The event, without the words before it: `code-sent`. */
  step: plainText(40),
  state: DataRequestState,
  at: utcTime(),
});
export type DataRequestStep = z.infer<typeof DataRequestStep>;

const summary = {
  requestId: DataRequestId,
  right: DataRight,
  state: DataRequestState,
  channel: RequestChannel,
  receivedAt: utcTime(),
  internalDue: utcTime(),
  legalDue: utcTime(),
  /** The date the law gives once the period was extended. */
  extendedUntil: utcTime().optional(),
};

/** `GET /v1/data-requests/{id}`: the file without the identifiers of the person. */
export const DataRequestView = z.object({
  ...summary,
  /** The same as `state`, as earlier releases called it. */
  status: DataRequestState,
  steps: z.array(DataRequestStep),
  /** Of how many contacts it is about, once it is proven who asks. */
  contacts: z.int().min(0).optional(),
  /** Proofs that are lacking still, where some are. */
  lackingProofs: z.int().min(1).optional(),
  /** The identifiers given are those of several people: nothing is shown to whoever proves one of them. */
  isOfSeveralPeople: z.literal(true).optional(),
  /** A refusal that waits for a second person; `proposedAt` is what they agree to. */
  refusal: z.object({ ground: RefusalGround, proposedAt: utcTime() }).optional(),
  asOf: AsOf,
});
export type DataRequestView = z.infer<typeof DataRequestView>;

export const DataRequestSummary = z.object(summary);
export type DataRequestSummary = z.infer<typeof DataRequestSummary>;

/** `GET /v1/data-requests`: the earliest due first. */
export const DataRequestPage = z.object({
  items: z.array(DataRequestSummary),
  nextCursor: Cursor.optional(),
});
export type DataRequestPage = z.infer<typeof DataRequestPage>;

/** `POST /v1/data-requests/{id}/codes`: a code goes to what is on file, if anything is. The answer never says so. */
export const AskCodeRequest = z
  .strictObject({ channel: CodeChannel })
  .meta({ examples: [{ channel: 'email' }] });
export type AskCodeRequest = z.infer<typeof AskCodeRequest>;

/** The same for everybody: whoever has an address on file finds a code there, until then. */
export const CodeAsked = z.object({ requestId: DataRequestId, expiresAt: utcTime() });
export type CodeAsked = z.infer<typeof CodeAsked>;

const evidence = z.strictObject({ method: EvidenceMethod, reference: EvidenceReference });

/** `POST /v1/data-requests/{id}/verify`: the code that came, or what a member of staff was shown. */
export const VerifyDataRequest = z
  .strictObject({
    code: plainText(20)
      .regex(/^[0-9 ]{8,20}$/)
      .optional(),
    evidence: evidence.optional(),
  })
  .refine(({ code, evidence: shown }) => (code === undefined) !== (shown === undefined), {
    message: 'Give a code, or evidence.',
  })
  .meta({
    examples: [{ code: '1234 5678' }],
    oneOf: [{ required: ['code'] }, { required: ['evidence'] }],
  });
export type VerifyDataRequest = z.infer<typeof VerifyDataRequest>;

/** Where a request stands behind a change. */
export const DataRequestChanged = z.object({
  requestId: DataRequestId,
  state: DataRequestState,
  internalDue: utcTime(),
  legalDue: utcTime(),
  /** Proofs that are lacking still, where some are. */
  lackingProofs: z.int().min(1).optional(),
  position: WrittenAt,
});
export type DataRequestChanged = z.infer<typeof DataRequestChanged>;

/** `.../extend`, `.../pause`, `.../complete`: why, for the file. */
export const ReasonedRequest = z
  .strictObject({ reason: RequestReason })
  .meta({ examples: [{ reason: 'Four hundred letters in three archives have to be read.' }] });
export type ReasonedRequest = z.infer<typeof ReasonedRequest>;

/** `.../complete`: done, or in part; then the reason says what lacks. */
export const CompleteDataRequest = z
  .strictObject({ reason: RequestReason, isInPart: z.boolean().default(false) })
  .meta({ examples: [{ reason: 'The address was corrected in the CRM.' }] });
export type CompleteDataRequest = z.infer<typeof CompleteDataRequest>;

/** `POST /v1/data-requests/{id}/refuse`: nothing happens before somebody else agrees. */
export const RefuseDataRequest = z
  .strictObject({
    ground: RefusalGround,
    evidence: RequestReason,
    /** How the person can complain and go to court (Art. 12(4)); that of the authority in France when absent. */
    complaint: personal('free-text', z.string().min(40).max(2000)).optional(),
    /** Of a member of staff, their own name is taken; whoever calls with a key that is nobody's says theirs. */
    proposedBy: StaffName.optional(),
  })
  .meta({
    examples: [
      { ground: 'excessive', evidence: 'The ninth request for the same copy in this month.' },
    ],
  });
export type RefuseDataRequest = z.infer<typeof RefuseDataRequest>;

export const RefusalProposed = z.object({
  requestId: DataRequestId,
  ground: RefusalGround,
  complaint: z.string(),
  /** What the second person agrees to. */
  proposedAt: utcTime(),
  position: WrittenAt,
});
export type RefusalProposed = z.infer<typeof RefusalProposed>;

/** `POST /v1/data-requests/{id}/refuse/approvals`: a second person agrees to the proposal of that instant. */
export const ApproveRefusalRequest = z
  .strictObject({ proposedAt: utcTime(), approvedBy: StaffName.optional() })
  .meta({ examples: [{ proposedAt: '2026-11-20T10:00:00.000Z', approvedBy: 'Karim Benali' }] });
export type ApproveRefusalRequest = z.infer<typeof ApproveRefusalRequest>;

/** `POST /v1/contacts/{id}/restrictions`. */
export const RestrictContactRequest = z
  .strictObject({ reason: RequestReason })
  .meta({ examples: [{ reason: 'She disputes the facts; asked for by telephone.' }] });
export type RestrictContactRequest = z.infer<typeof RestrictContactRequest>;

/** `POST /v1/contacts/{id}/restrictions/lifts`: the person is told before (Art. 18(3)). */
export const LiftRestrictionRequest = z
  .strictObject({ reason: RequestReason, noticedAt: statedTime() })
  .meta({
    examples: [{ reason: 'The facts were put right.', noticedAt: '2026-11-18T09:00:00.000Z' }],
  });
export type LiftRestrictionRequest = z.infer<typeof LiftRestrictionRequest>;

export const ContactRestriction = z.object({
  contactId: z.string().meta({ personal: false }),
  isRestricted: z.boolean(),
  position: WrittenAt,
});
export type ContactRestriction = z.infer<typeof ContactRestriction>;

/** One event of a request, as its stream holds it, opened. */
const fileEntry = z.object({
  type: plainText(60),
  version: z.int().min(1),
  /** To the hour where the event holds identifiers of a person. */
  time: utcTime(),
  /** The member of staff or the key; absent where a job or a person did it. */
  actorId: plainText(64).optional(),
  data: z.record(z.string(), z.unknown()),
  /** SHA-256 over the canonical JSON of the entry before it and of this one, without this field. */
  hash: plainText(64),
});

/** What a request's file holds: everything that happened, in its order. */
export const DataRequestFile = z.object({
  requestId: DataRequestId,
  tenantId: plainText(40),
  right: DataRight,
  state: DataRequestState,
  receivedAt: utcTime(),
  internalDue: utcTime(),
  legalDue: utcTime(),
  /** The pack of laws it is under. */
  law: z.object({ name: plainText(40), since: plainText(10), sources: z.array(plainText(200)) }),
  /** Codes that were asked for: how often somebody was wrong, and nothing of the code. */
  codes: z.array(
    z.object({
      codeId: plainText(36),
      channel: CodeChannel,
      askedAt: utcTime(),
      expiresAt: utcTime().optional(),
      misses: z.int().min(0),
      usedAt: utcTime().optional(),
    }),
  ),
  events: z.array(fileEntry),
  madeAt: utcTime(),
});
export type DataRequestFile = z.infer<typeof DataRequestFile>;

/** `GET /v1/data-requests/{id}/file`: the file, and a JWS over its canonical JSON (RFC 8785). */
export const SignedDataRequestFile = z.object({ file: DataRequestFile, jws: z.string() });
export type SignedDataRequestFile = z.infer<typeof SignedDataRequestFile>;
