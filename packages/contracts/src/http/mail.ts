import { z } from 'zod';
import { personal } from '../personal.ts';

/** `POST /v1/operations/mail/tests`. */
export const MailTestRequest = z.strictObject({
  to: personal('email', z.email().max(254)),
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
