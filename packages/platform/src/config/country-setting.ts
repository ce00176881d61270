import { z } from 'zod';
import { phoneCountryOf } from '../personal-data/identity/phone-country.ts';

/** ISO 3166: of phones written the national way where nobody says a country nearer to them. None when absent. */
export const countrySetting = z
  .string()
  .regex(/^[A-Z]{2}$/, 'it looks like FR')
  .refine((code) => phoneCountryOf(code) !== undefined, { message: 'there is no such country' });
