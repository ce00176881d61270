import { z } from 'zod';
import { ContactId } from '../ids.ts';
import { plainText, utcTime } from '../personal.ts';
import { defineEvent } from './define.ts';

/** How sure one may be. No band says "confirmed": WhatsApp never tells. */
export const Band = z.enum(['reachable', 'undetermined', 'unreachable', 'suspected', 'probable']);
export type Band = z.infer<typeof Band>;

/** A probability, 0 to 1. */
export const Probability = z.number().min(0).max(1);

export const BlockLikelihoodChanged = defineEvent({
  type: 'BlockLikelihoodChanged',
  version: 1,
  description: 'The band changed, or the probability moved by more than the configured step.',
  data: z.object({
    contactId: ContactId,
    probability: Probability,
    band: Band,
    previousBand: Band.optional(),
    modelVersion: plainText(64),
    /** Event time up to which facts are folded. */
    asOf: utcTime(),
  }),
});
