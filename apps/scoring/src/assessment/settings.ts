import { z } from 'zod';

/** When a likelihood is announced again, and when one that grew old is looked at. */
export const AssessmentSettings = z.object({
  /** A probability that moved by more than this since it was last announced is announced again. */
  SCORING_ANNOUNCE_STEP: z.coerce.number().min(0).max(1).default(0.05),
  /** Seconds between two looks for likelihoods that grew older than a day. */
  SCORING_AGEING_SECONDS: z.coerce.number().min(1).max(86_400).default(60),
});
export type AssessmentSettings = z.infer<typeof AssessmentSettings>;
