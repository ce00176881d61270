import { phoneCountryOf } from '@tact/platform';
import { z } from 'zod';

/** What identities are read by where nobody says it nearer to them. */
export const ContactSettings = z.object({
  /** ISO 3166: of phones written the national way where neither row nor file says a country. None when absent. */
  DEFAULT_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/, 'it looks like FR')
    .refine((code) => phoneCountryOf(code) !== undefined, { message: 'there is no such country' })
    .optional(),
  /**
   * Whether what is reserved for fiction (example.com, 06 39 98 xx xx) is somebody: demonstrations are made of it. When
   * absent it is refused in production, where it is a test that was left behind.
   */
  FICTIONAL_IDENTITIES: z.enum(['keep', 'refuse']).optional(),
});
export type ContactSettings = z.infer<typeof ContactSettings>;
