import { z } from 'zod';

/** What a personal field reads as once its person's key is destroyed. Not the same as absent. */
export const Erased = z.strictObject({ $erased: z.literal(true) });
export type Erased = z.infer<typeof Erased>;

export const erased: Erased = Object.freeze({ $erased: true });

export const isErased = (value: unknown): value is Erased =>
  typeof value === 'object' && value !== null && '$erased' in value;
