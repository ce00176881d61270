import { z } from 'zod';
import { Identities } from '../identities.ts';
import { DataRequestId } from '../ids.ts';
import { personal, utcTime } from '../personal.ts';
import { Channel } from '../purposes.ts';
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

/** Ours, and every channel of the contact policy: the GDPR asks no form of a request (Art. 12; EDPB 01/2022, 3.1.2). */
export const RequestChannel = z.enum(['api', 'portal', ...Channel.options]);

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
