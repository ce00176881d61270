import { z } from 'zod';

/** How long a message may be under way before it counts as dropped. */
export const LifecycleSettings = z.object({
  /** How long WhatsApp keeps trying to deliver a message, in seconds; its default is 30 days. */
  MESSAGE_TTL_SECONDS: z.coerce.number().int().positive().default(2_592_000),
  /** The same for one-time codes: WhatsApp's default is 10 minutes. */
  AUTHENTICATION_TTL_SECONDS: z.coerce.number().int().positive().default(600),
  /** Seconds a late webhook is waited for before a message counts as dropped. */
  MESSAGE_TTL_BUFFER_SECONDS: z.coerce.number().int().nonnegative().default(3_600),
});
export type LifecycleSettings = z.infer<typeof LifecycleSettings>;
