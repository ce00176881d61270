import { z } from 'zod';
import { plainText, utcTime } from '../personal.ts';
import { statedName } from './proposals.ts';

/** `GET /parked-records` on a service's own port: what its consumers set aside, per key, oldest first. */
export const ParkedRecordsList = z.object({
  items: z.array(
    z.object({
      group: plainText(120),
      topic: plainText(120),
      /** The contact id whose records stand still, in their order. */
      key: plainText(200),
      records: z.int(),
      /** Why the first of them could not be handled; never a value out of it. */
      reason: plainText(120),
      detail: z.string().max(500).meta({ personal: false }),
      parkedAt: utcTime(),
    }),
  ),
});
export type ParkedRecordsList = z.infer<typeof ParkedRecordsList>;

/** `POST /parked-records/redrives`: handles a key's records again, in order; repeating it is harmless. */
export const RedriveRequest = z.strictObject({ group: plainText(120), key: plainText(200) });
export type RedriveRequest = z.infer<typeof RedriveRequest>;

/** `POST /v1/parked-records/redrives` on a service's own port: the same, of the caller's tenant alone. */
export const RedriveOwnRequest = RedriveRequest.extend({
  /** Who asks, where the key is nobody's and the tenant has no staff, but a second key. */
  proposedBy: statedName().optional(),
});
export type RedriveOwnRequest = z.infer<typeof RedriveOwnRequest>;

export const RedriveReport = z.object({
  handled: z.int(),
  /** Still parked, because the first of them failed again. */
  left: z.int(),
  reason: plainText(120).optional(),
});
export type RedriveReport = z.infer<typeof RedriveReport>;
