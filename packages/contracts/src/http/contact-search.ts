import { z } from 'zod';
import { describedIdentities, Identities } from '../identities.ts';
import { describedAs } from './described-as.ts';

/** `POST /v1/contacts/search`: one identity in the body, because a URL is logged. 404 when nobody is known by it. */
export const SearchContactRequest = z
  .strictObject({
    identity: describedAs(
      Identities.omit({ parentBsuid: true }).refine(
        (value) => Object.values(value).filter((identity) => identity !== undefined).length === 1,
        { message: 'Give exactly one of crmId, link, phone, bsuid, email.' },
      ),
      describedIdentities.omit({ parentBsuid: true }).meta({ minProperties: 1, maxProperties: 1 }),
    ),
  })
  .meta({ examples: [{ identity: { phone: '+33639980990' } }] });
export type SearchContactRequest = z.infer<typeof SearchContactRequest>;
