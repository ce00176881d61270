import { z } from 'zod';
import { ConsentMethod } from '../events/contact-signals.ts';
import { NoticeSlug, TextSha256 } from '../events/notices.ts';
import { ConfirmationId, ConsentRecordId, ContactId, NoticeId, TenantId } from '../ids.ts';
import { plainText, utcTime } from '../personal.ts';
import { Channel, ConsentState, Purpose } from '../purposes.ts';
import { LawfulBasis, PageLanguage } from '../tenants.ts';
import { Sentence } from './block-likelihood.ts';
import { Reason } from '../reasons.ts';
import { OnePurpose } from './consent-proof.ts';
import { aboutContact } from './named-contact.ts';

/** One consent or its withdrawal as a record that others read: fields and names are those of ISO/IEC TS 27560. */
export const ConsentRecord = z.object({
  schema_version: plainText(40),
  record_id: ConsentRecordId,
  /** A random id: whoever reads the record learns nothing of who it is. */
  pii_principal_id: ContactId,
  pii_controller: z.object({ id: TenantId, name: plainText(200) }),
  /** The text the person was shown; absent for records of earlier releases, and for withdrawals that name none. */
  privacy_notice: z
    .object({
      id: NoticeId.optional(),
      slug: NoticeSlug.optional(),
      version: plainText(64),
      sha256: TextSha256,
      language: PageLanguage.optional(),
    })
    .optional(),
  purposes: z.array(z.object({ purpose: Purpose, channel: Channel, lawful_basis: LawfulBasis })),
  recipients: z.array(plainText(80)),
  storage: plainText(80),
  /** The country of the controller; absent where it never said. */
  jurisdiction: plainText(8).optional(),
  withdrawal_method: z.array(plainText(80)),
  event: z.object({
    event_time: utcTime(),
    /** As far as the method shows it: a form was filled in, a statement was made, or it is only known that it was given. */
    event_type: z.enum(['explicit-consent', 'expressed-consent', 'consent', 'withdrawal']),
    event_state: ConsentState,
    method: ConsentMethod.optional(),
  }),
});
export type ConsentRecord = z.infer<typeof ConsentRecord>;

/** A compact JWS over the canonical JSON of the record; the keys are at `/.well-known/privacy-jwks.json`. */
export const SignedReceipt = z
  .string()
  .meta({ personal: false, description: 'Compact JWS (EdDSA) over RFC 8785 canonical JSON.' });

/** What a link of a mail ends with. One that opens nothing answers the same, whatever is wrong with it. */
export const LinkToken = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/)
  .meta({ personal: false, description: 'Of a link that was sent to a person by mail.' });

/** `GET /v1/consents/{consentId}/receipt`. */
export const ShownReceipt = z.object({
  consentId: ConsentRecordId,
  record: ConsentRecord,
  receipt: SignedReceipt,
});
export type ShownReceipt = z.infer<typeof ShownReceipt>;

/** `POST /v1/consents/confirmations`: the person is asked, at the address on file, to confirm by a link. */
export const AskConfirmationRequest = aboutContact(
  { purpose: OnePurpose, channel: Channel, noticeId: NoticeId },
  {
    examples: [
      {
        contactId: `ct_${'0'.repeat(32)}`,
        purpose: 'marketing',
        channel: 'whatsapp',
        noticeId: `nt_${'0'.repeat(32)}`,
      },
    ],
  },
);
export type AskConfirmationRequest = z.infer<typeof AskConfirmationRequest>;

/** `allowed`: the mail is on its way, unless the person refuses before it leaves. */
export const AskedConfirmation = z.object({
  decision: z.enum(['allowed', 'denied']),
  reasons: z.array(z.object({ reason: Reason, text: Sentence })),
  confirmationId: ConfirmationId.optional(),
  /** Until when the link can be followed. */
  expiresAt: utcTime().optional(),
  nextAllowedAt: utcTime().optional(),
});
export type AskedConfirmation = z.infer<typeof AskedConfirmation>;
