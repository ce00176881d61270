import { z } from 'zod';
import { DataRight, RequestChannel } from '../events/data-requests.ts';
import { StatedIdentities } from '../identities.ts';
import { DataRequestId } from '../ids.ts';
import { instantIn, personal, statedTime, utcTime } from '../personal.ts';
import { WrittenAt } from './at-least.ts';
import { AsOf } from './block-likelihood.ts';

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

/** `GET /v1/data-requests/{id}`: the file without the identifiers of the person. */
export const DataRequestView = z.object({
  requestId: DataRequestId,
  right: DataRight,
  status: z.enum(['received']),
  channel: RequestChannel,
  receivedAt: utcTime(),
  internalDue: utcTime(),
  legalDue: utcTime(),
  asOf: AsOf,
});
export type DataRequestView = z.infer<typeof DataRequestView>;
