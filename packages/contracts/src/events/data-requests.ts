import { z } from 'zod';
import { Identities } from '../identities.ts';
import { DataRequestId } from '../ids.ts';
import { personal, utcTime } from '../personal.ts';
import { defineEvent } from './define.ts';

/** The person's right that is exercised (GDPR Art. 15 to 21). */
export const DataRight = z.enum([
  'access',
  'rectification',
  'erasure',
  'restriction',
  'portability',
  'objection',
]);
export type DataRight = z.infer<typeof DataRight>;

export const RequestChannel = z.enum(['api', 'portal', 'email', 'phone', 'post', 'whatsapp']);

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
    /** Same date next month, end of day in Paris, before any roll-over: the date we work to. */
    internalDue: utcTime(),
    /** The same rolled past Saturday, Sunday and public holidays: the date the law gives. */
    legalDue: utcTime(),
  }),
});
