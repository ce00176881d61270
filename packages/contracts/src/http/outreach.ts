import { z } from 'zod';
import { ConsentWitness, DecisionRule } from '../events/contact-policies.ts';
import { SuppressionGround, SuppressionScope } from '../events/contact-signals.ts';
import { ConsentRecordId, DecisionId } from '../ids.ts';
import { plainText, utcTime } from '../personal.ts';
import { Channel, ConsentState, Purpose } from '../purposes.ts';
import { Reason } from '../reasons.ts';
import { WrittenAt } from './at-least.ts';
import { AsOf, Sentence } from './block-likelihood.ts';
import { exampleProof, GivenProof } from './consent-proof.ts';
import { SignedReceipt } from './consent-receipts.ts';
import { DeclaredConsent } from './contacts.ts';
import { describedAs } from './described-as.ts';
import { aboutContact } from './named-contact.ts';

const { proof: statedProof, ...consentFields } = DeclaredConsent.omit({ state: true }).shape;
const someContact = `ct_${'0'.repeat(32)}`;

/** Without a proof it is refused, with a sentence. */
const proof = describedAs(GivenProof.optional(), GivenProof);

/** `POST /v1/consents`. */
export const RecordConsentRequest = aboutContact(
  { ...consentFields, proof },
  {
    examples: [
      {
        contactId: someContact,
        purpose: 'marketing',
        channel: 'whatsapp',
        at: '2026-01-05T09:00:00Z',
        proof: exampleProof,
      },
    ],
  },
);
export type RecordConsentRequest = z.infer<typeof RecordConsentRequest>;

/** `POST /v1/consents/withdrawals`: acknowledged once nothing can start after it. It needs no proof. */
export const WithdrawConsentRequest = aboutContact(
  { ...consentFields, proof: statedProof },
  {
    examples: [
      {
        contactId: someContact,
        purpose: 'marketing',
        channel: 'whatsapp',
        at: '2026-11-05T09:00:00Z',
      },
    ],
  },
);
export type WithdrawConsentRequest = z.infer<typeof WithdrawConsentRequest>;

/**
 * `POST /v1/consents/reopenings`: the person agreed again after having refused, and a member of staff heard it. No
 * file, connector or key says so by itself.
 */
export const ReopenConsentRequest = aboutContact(
  { ...consentFields, proof, witness: ConsentWitness },
  {
    examples: [
      {
        contactId: someContact,
        purpose: 'marketing',
        channel: 'whatsapp',
        at: '2026-11-05T09:00:00Z',
        proof: { ...exampleProof, source: 'conversation in the shop', method: 'other' },
        witness: { name: 'Inès Martin', method: 'in-person', evidence: 'visit book, page 12' },
      },
    ],
  },
);
export type ReopenConsentRequest = z.infer<typeof ReopenConsentRequest>;

export const ConsentReceipt = z.object({
  consentId: ConsentRecordId,
  state: ConsentState,
  /** Version of the person's stream; no dispatch can start after a withdrawal at this version. */
  version: z.int(),
  /** What counts now for this purpose and channel: a later word of the person outdates an earlier one told late. */
  standing: ConsentState,
  /** The refusal that stands against this purpose and channel all the same: only the person ends it. */
  refusal: SuppressionScope.nullable(),
  position: WrittenAt,
  receipt: SignedReceipt,
});

export type ConsentReceipt = z.infer<typeof ConsentReceipt>;

/** `GET /v1/contacts/{contactId}/consents`. */
export const ConsentList = z.object({
  items: z.array(
    z.object({
      consentId: ConsentRecordId,
      purpose: Purpose,
      channel: Channel,
      state: ConsentState,
      at: utcTime(),
    }),
  ),
  /** What the person asked us to stop, since when, and the channels on which they asked to hear from us again. */
  suppressions: z.array(
    z.object({
      scope: SuppressionScope,
      ground: SuppressionGround,
      at: utcTime(),
      liftedOn: z.array(Channel),
    }),
  ),
  asOf: AsOf,
});

export type ConsentList = z.infer<typeof ConsentList>;

/** `POST /v1/contact-decisions`: may I send one message now? */
export const ContactDecisionRequest = aboutContact(
  {
    channel: Channel,
    purpose: Purpose,
    /** True counts the message against the cap at once, so that two callers cannot both take the last one. */
    reserve: z.boolean().optional(),
    templateId: plainText(120).optional(),
    sender: plainText(64).optional(),
  },
  {
    examples: [
      {
        contactId: someContact,
        channel: 'whatsapp',
        purpose: 'service-message',
        reserve: true,
      },
    ],
  },
);
export type ContactDecisionRequest = z.infer<typeof ContactDecisionRequest>;

export const ContactDecision = z.object({
  decisionId: DecisionId,
  decision: z.enum(['allowed', 'denied']),
  reasons: z.array(z.object({ reason: Reason, text: Sentence })),
  /** The rules walked, in order, with what each saw. */
  rules: z.array(DecisionRule),
  /** Name and version of the policy, `name@version`. */
  policy: plainText(80),
  clock: utcTime(),
  nextAllowedAt: utcTime().optional(),
  streamVersion: z.int(),
});
export type ContactDecision = z.infer<typeof ContactDecision>;
