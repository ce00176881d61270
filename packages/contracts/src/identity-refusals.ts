import { z } from 'zod';

/**
 * Why a text is no identity. `placeholder`: what people type to fill a field; `fictional`: reserved for films and
 * examples; `country-missing`: a national number without its country; `not-in-plan`: no number of that country;
 * `ambiguous`: two numbers can be meant; `scientific-notation`: a spreadsheet rounded it.
 */
export const IdentityRefusal = z.enum([
  'malformed',
  'placeholder',
  'fictional',
  'country-missing',
  'country-unknown',
  'not-in-plan',
  'ambiguous',
  'scientific-notation',
  'extension',
  'several-values',
  'checksum',
]);
export type IdentityRefusal = z.infer<typeof IdentityRefusal>;
