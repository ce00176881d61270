import { z } from 'zod';

/** How often a tenant is looked at as a whole. */
export const CohortSettings = z.object({
  /** Seconds between two looks at whether most contacts of a tenant are stuck at once. */
  COHORT_LOOK_SECONDS: z.coerce.number().positive().default(15),
});
export type CohortSettings = z.infer<typeof CohortSettings>;
