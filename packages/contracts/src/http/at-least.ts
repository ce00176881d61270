import { z } from 'zod';
import { describedAs } from './described-as.ts';
import { wholeNumber } from './query.ts';

/** A position that an earlier answer gave. */
export const Position = describedAs(
  wholeNumber(0, Number.MAX_SAFE_INTEGER),
  z.int().min(0).meta({
    description: 'A position that an earlier answer gave: the read waits up to two seconds for it.',
  }),
);

/** `?atLeast=<position>`, a position that an earlier answer gave: the read waits up to two seconds for it. */
export const AtLeast = z.strictObject({
  atLeast: Position.optional(),
});
export type AtLeast = z.infer<typeof AtLeast>;

/** Where a write stands in its service's events: given as `?atLeast=`, a read shows it. */
export const WrittenAt = z.int();
