import { z } from 'zod';
import { Identities } from '../identities.ts';

/** `POST /v1/contacts/search`: one identity in the body, because a URL is logged. 404 when nobody is known by it. */
export const SearchContactRequest = z.strictObject({
  identity: Identities.omit({ parentBsuid: true }).refine(
    (value) => Object.values(value).filter((identity) => identity !== undefined).length === 1,
    { message: 'Give exactly one of crmId, phone, bsuid, email.' },
  ),
});
export type SearchContactRequest = z.infer<typeof SearchContactRequest>;
