import { z } from 'zod';
import { Band, Probability } from '../events/block-likelihoods.ts';
import { plainText } from '../personal.ts';
import { AsOf, Causes, FamilyContribution, Sentence } from './block-likelihood.ts';
import { Cursor } from './query.ts';

/** `GET /v1/contacts/{contactId}/block-likelihood/history`: what readers were told, the latest day first. */
export const LikelihoodHistoryPage = z.object({
  items: z.array(
    z.object({
      /** UTC; the last assessment of the day that said something new. */
      day: z.iso.date(),
      probability: Probability,
      band: Band,
      causes: Causes,
      priorLogOdds: z.number(),
      families: z.array(FamilyContribution),
      rule: z.object({ outcome: z.enum(['published', 'held-back']), sentence: Sentence }),
      /** The model that said so; a later one may see the same facts otherwise. */
      modelVersion: plainText(64),
    }),
  ),
  nextCursor: Cursor.optional(),
  asOf: AsOf,
});
export type LikelihoodHistoryPage = z.infer<typeof LikelihoodHistoryPage>;
