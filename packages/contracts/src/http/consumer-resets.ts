import { z } from 'zod';
import { plainText } from '../personal.ts';

/** `POST /consumer-resets` on a service's own port: a consumer that is behind the log's retention goes on. */
export const ConsumerResetRequest = z
  .strictObject({ group: plainText(120) })
  .meta({ examples: [{ group: 'outreach.wishes' }] });
export type ConsumerResetRequest = z.infer<typeof ConsumerResetRequest>;
