import { z } from 'zod';
import { personal, plainText, utcTime } from '../personal.ts';

const address = () => personal('email', z.string());

/** One mail of the embedded platform's own sink: `GET /dev/mail/{id}.json`. */
export const DevMail = z.object({
  id: plainText(40),
  /** When the sink took it. */
  at: utcTime(),
  from: address(),
  /** Of the envelope: a mail need not name them. */
  to: z.array(address()),
  subject: personal('free-text', z.string()),
  bytes: z.int(),
  messageId: personal('free-text', z.string()).optional(),
  /** Header lines as they came, in their order. */
  headers: z.array(z.object({ name: plainText(200), value: personal('free-text', z.string()) })),
  text: personal('free-text', z.string()).optional(),
  html: personal('free-text', z.string()).optional(),
  attachments: z.array(
    z.object({
      name: personal('free-text', z.string()),
      type: plainText(200),
      bytes: z.int(),
    }),
  ),
});
export type DevMail = z.infer<typeof DevMail>;

/** `GET /dev/mail` for programs: the latest first. `dropped` counts those that had to make room since the start. */
export const DevMailList = z.object({ items: z.array(DevMail), dropped: z.int() });
export type DevMailList = z.infer<typeof DevMailList>;
