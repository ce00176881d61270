import { z } from 'zod';
import { ContactId } from '../ids.ts';
import { exactTime } from '../personal.ts';
import { defineEvent } from './define.ts';

/**
 * What became known of a contact afterwards. `said-blocked` and `said-not-blocked` are the person's own words;
 * the others name an innocent cause of the silence. None is inferred: someone said it.
 */
export const OutcomeKind = z.enum([
  'said-blocked',
  'said-not-blocked',
  'number-wrong',
  'abroad',
  'phone-lost',
]);
export type OutcomeKind = z.infer<typeof OutcomeKind>;

export const OutcomeRecorded = defineEvent({
  type: 'OutcomeRecorded',
  version: 1,
  description: 'A person, or somebody who knows, told the business what was behind a silence.',
  data: z.object({
    contactId: ContactId,
    kind: OutcomeKind,
    /** The time it is true of. */
    at: exactTime(),
  }),
});
export type OutcomeRecorded = z.infer<typeof OutcomeRecorded.data>;
