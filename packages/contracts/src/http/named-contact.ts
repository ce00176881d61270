import { z } from 'zod';
import { describedIdentities, Identities } from '../identities.ts';
import { ContactId } from '../ids.ts';
import { describedAs } from './described-as.ts';

/** What one may call a contact by. A parent id is a whole business's, and by itself names nobody. */
const names = Identities.omit({ parentBsuid: true });

/** A contact by what its caller knows of it: one name. An e-mail address names only who has it alone. */
export const NamedContact = describedAs(
  names.refine((value) => Object.values(value).filter((name) => name !== undefined).length === 1, {
    message: 'Give exactly one of crmId, link, phone, bsuid, email.',
  }),
  describedIdentities.omit({ parentBsuid: true }).meta({ minProperties: 1, maxProperties: 1 }),
);
export type NamedContact = z.infer<typeof NamedContact>;

/** How a body says whom it is about: by the id that an earlier answer gave, or by a name. */
export type Naming = {
  readonly contactId?: string | undefined;
  readonly contact?: NamedContact | undefined;
};

const namesOne = ({ contactId, contact }: Naming): boolean =>
  (contactId === undefined) !== (contact === undefined);

const whom = { contactId: ContactId.optional(), contact: NamedContact.optional() };

/** The body of a route that is about one contact: `fields`, and either `contactId` or `contact`. */
export const aboutContact = <Fields extends z.core.$ZodShape>(
  fields: Fields,
  { examples }: { readonly examples?: readonly object[] } = {},
) =>
  describedAs(
    z.strictObject({ ...whom, ...fields }).refine((value) => namesOne(value as Naming), {
      message: 'Name the contact, by contactId or by contact and not by both.',
    }),
    z
      .union([
        z.strictObject({ contactId: ContactId, ...fields }),
        z.strictObject({ contact: NamedContact, ...fields }),
      ])
      .meta(examples === undefined ? {} : { examples: [...examples] }),
  );
