import { z } from 'zod';
import { emailAddress } from '../email-address.ts';
import { personal, plainText, utcTime } from '../personal.ts';

/** `POST /v1/operations/mail/tests`. */
export const MailTestRequest = z.strictObject({
  to: personal('email', emailAddress()),
  language: z.enum(['en', 'fr']).optional(),
});
export type MailTestRequest = z.infer<typeof MailTestRequest>;

/** What became of the mail. `unknown`: the connection was lost after the text, so it may have arrived. */
export const MailTest = z.object({
  outcome: z.enum(['sent', 'refused', 'deferred', 'unknown']),
  why: z
    .enum(['recipient', 'sender', 'content', 'authentication', 'protocol', 'no-connection'])
    .optional(),
  /** Of SMTP, where the server refused it for good. */
  replyCode: z.int().min(200).max(599).optional(),
});
export type MailTest = z.infer<typeof MailTest>;

export const MailId = z.uuid().meta({ personal: false });

/** A mail of which nobody knows whether it arrived. Whom it is to is named by an id, what it says is sealed. */
export const UncertainMail = z.object({
  mailId: MailId,
  kind: plainText(),
  tenantId: plainText(),
  subject: plainText(),
  /** As the log of the mail server knows it. */
  messageId: plainText(300).optional(),
  /** When its answer was given up. */
  since: utcTime(),
});
export type UncertainMail = z.infer<typeof UncertainMail>;

/** `GET /v1/operations/uncertain-mails`: the longest uncertain first, 200 at most. */
export const UncertainMails = z.object({ items: z.array(UncertainMail) });
export type UncertainMails = z.infer<typeof UncertainMails>;

/** `POST /v1/operations/uncertain-mails/{mailId}`: `false` sends it again, if it may still leave. */
export const MailSettlement = z.strictObject({ hasArrived: z.boolean() });
export type MailSettlement = z.infer<typeof MailSettlement>;

export const SettledMail = z.object({ mailId: MailId, state: z.enum(['sent', 'waiting']) });
export type SettledMail = z.infer<typeof SettledMail>;
