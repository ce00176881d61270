import { z } from 'zod';
import { OutcomeKind } from '../events/outcomes.ts';
import { Problem } from '../problems.ts';
import { describedAs } from './described-as.ts';
import { aboutContact } from './named-contact.ts';
import { LineId, observedTime } from './signals.ts';

/** One outcome, as `POST /v1/outcomes` takes it. Under the same `id` nothing is recorded a second time. */
export const OutcomeLine = aboutContact({
  id: LineId,
  kind: OutcomeKind,
  /** When it was so, not when it was noted down. Never in the future. */
  at: observedTime(),
});
export type OutcomeLine = z.infer<typeof OutcomeLine>;

const OUTCOMES_AT_ONCE_MAX = 1_000;

/** Any object here: each item is judged on its own by `OutcomeLine`, so that one bad item spares the others. */
const Item = describedAs(
  z.record(z.string(), z.unknown()),
  z.union([OutcomeLine, z.looseObject({})]),
);

/** `POST /v1/outcomes`: 1 to 1,000 outcomes. */
export const RecordOutcomesRequest = z.array(Item).min(1).max(OUTCOMES_AT_ONCE_MAX);
export type RecordOutcomesRequest = z.infer<typeof RecordOutcomesRequest>;

/**
 * In the order asked. `accepted` says that the item is well-formed, and nothing else: whether its person is known
 * or may be analysed would make of this call an oracle on who objected.
 */
export const RecordOutcomesResponse = z.object({
  results: z.array(
    z.object({
      id: LineId.optional(),
      status: z.enum(['accepted', 'rejected']),
      problem: Problem.pick({ type: true, title: true, errors: true }).optional(),
    }),
  ),
  accepted: z.int(),
  rejected: z.int(),
});
export type RecordOutcomesResponse = z.infer<typeof RecordOutcomesResponse>;
