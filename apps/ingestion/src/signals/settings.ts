import { z } from 'zod';

/** When facts that wait are looked at, and when a code of failure is too frequent to be believed. */
export const SignalsSettings = z.object({
  /** Seconds between two looks for orphans that can be joined and facts whose time has come. */
  MESSAGE_WATCH_SECONDS: z.coerce.number().positive().default(10),
  /** More failures of one code within 12 hours than this, and its automatic effects are suspended. */
  ERROR_CODE_FLOOD_MAX: z.coerce.number().int().positive().default(200),
  /** More failures a day of a code nobody has judged than this, and a human is alerted. */
  ERROR_CODE_UNKNOWN_MAX: z.coerce.number().int().positive().default(20),
});
export type SignalsSettings = z.infer<typeof SignalsSettings>;
