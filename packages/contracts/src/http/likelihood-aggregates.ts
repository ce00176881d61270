import { z } from 'zod';
import { Band } from '../events/block-likelihoods.ts';
import { AsOf, Causes } from './block-likelihood.ts';

/** Contacts, to the nearest five; absent where fewer than ten stand behind it, or where it would betray such a cell. */
const Contacts = z.int().min(0).optional();

/** `GET /v1/block-likelihoods/aggregates`: how many contacts of a tenant stand where, never who. */
export const LikelihoodAggregates = z.object({
  contacts: Contacts,
  bands: z.array(z.object({ band: Band, contacts: Contacts })),
  /** By the explanation that is most probable. */
  leadingCauses: z.array(z.object({ cause: Causes.keyof(), contacts: Contacts })),
  asOf: AsOf,
});
export type LikelihoodAggregates = z.infer<typeof LikelihoodAggregates>;
