import { z } from 'zod';
import { IncidentCause } from '../events/sender-signals.ts';
import { IncidentId } from '../ids.ts';
import { utcTime } from '../personal.ts';
import { AsOf } from './block-likelihood.ts';
import { Cursor } from './query.ts';

/** `GET /v1/incidents`: windows in which most contacts were stuck at once, latest first. */
export const IncidentPage = z.object({
  items: z.array(
    z.object({
      incidentId: IncidentId,
      cause: IncidentCause,
      state: z.enum(['open', 'closed']),
      /** The first instant whose silence does not count as evidence. */
      from: utcTime(),
      /** The last; absent while it is open. */
      until: utcTime().optional(),
      /** Messages of the window, and how many were stuck, when it was opened; 0 where the business declared it. */
      messages: z.int(),
      stuck: z.int(),
    }),
  ),
  nextCursor: Cursor.optional(),
  asOf: AsOf,
});
export type IncidentPage = z.infer<typeof IncidentPage>;
