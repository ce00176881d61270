import { z } from 'zod';

/** `?atLeast=<position>`, a position that an earlier answer gave: the read waits up to two seconds for it. */
export const AtLeast = z.strictObject({
  atLeast: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});
export type AtLeast = z.infer<typeof AtLeast>;

/** Where a write stands in its service's events: given as `?atLeast=`, a read shows it. */
export const WrittenAt = z.int();
