import { z } from 'zod';

/** What scoring needs beyond the platform's own settings. */
export const ScoringConfig = z.object({
  /** A probability that moved by more than this since it was last announced is announced again. */
  SCORING_ANNOUNCE_STEP: z.coerce.number().min(0).max(1).default(0.05),
  /** Seconds between two looks for likelihoods that grew older than a day. */
  SCORING_AGEING_SECONDS: z.coerce.number().min(1).max(86_400).default(60),
});
export type ScoringConfig = z.infer<typeof ScoringConfig>;
