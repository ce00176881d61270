import { z } from 'zod';
import { DataRight, RequestChannel } from '../events/data-requests.ts';
import { SomeIdentities } from '../identities.ts';
import { DataRequestId } from '../ids.ts';
import { personal, statedTime, utcTime } from '../personal.ts';

/** `POST /v1/data-requests`: always accepted with 202; nobody is looked up while the caller waits. */
export const OpenDataRequest = z.strictObject({
  right: DataRight,
  identities: SomeIdentities,
  channel: RequestChannel.default('api'),
  /** When it reached the business by another channel; never in the future. Now when absent. */
  receivedAt: statedTime().optional(),
  statement: personal('free-text', z.string().max(4000)).optional(),
});
export type OpenDataRequest = z.infer<typeof OpenDataRequest>;

export const DataRequestAccepted = z.object({
  requestId: DataRequestId,
  status: z.literal('received'),
  receivedAt: utcTime(),
  internalDue: utcTime(),
  legalDue: utcTime(),
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
});
export type DataRequestView = z.infer<typeof DataRequestView>;
