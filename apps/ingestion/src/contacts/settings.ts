import { z } from 'zod';

/** What identities are read by where nobody says it nearer to them. */
export const ContactSettings = z.object({
  /**
   * Whether what is reserved for fiction (example.com, 06 39 98 xx xx) is somebody: demonstrations are made of it. When
   * absent it is refused in production, where it is a test that was left behind.
   */
  FICTIONAL_IDENTITIES: z.enum(['keep', 'refuse']).optional(),
});
export type ContactSettings = z.infer<typeof ContactSettings>;
