import { z } from 'zod';
import { describedAs } from './http/described-as.ts';
import { personal } from './personal.ts';

/** Not blank, without control characters. */
const visible = String.raw`^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$`;

/** A connection to a CRM, by the name the business gave it: never a person. */
export const ConnectionName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,58}$/)
  .meta({
    personal: false,
    description:
      'A connection to a CRM. Ids have the form of the vendor that its name begins with: hubspot, salesforce, zendesk.',
    examples: ['hubspot'],
  });

/** A kind of record of a CRM. */
export const RecordObject = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,38}$/)
  .meta({ personal: false, description: 'A kind of record of the CRM.', examples: ['contact'] });

const recordId = () => personal('crm-id', z.string().min(1).max(128));

/** One record of one CRM. Two connections may have the same id for two people. */
export const CrmLink = z.strictObject({
  connection: ConnectionName,
  object: RecordObject,
  id: recordId(),
});
export type CrmLink = z.infer<typeof CrmLink>;

/** The link that a bare `crmId` is. */
export const defaultRecord = { connection: 'default', object: 'contact' } as const;

/** Ways a person is known. E.164 for phones; a BSUID is WhatsApp's business-scoped user id. */
export const Identities = z.strictObject({
  phone: personal('phone', z.string().min(4).max(40)).optional(),
  bsuid: personal('business-scoped-id', z.string().min(4).max(160)).optional(),
  parentBsuid: personal('business-scoped-id', z.string().min(4).max(160)).optional(),
  email: personal('email', z.string().min(3).max(254)).optional(),
  crmId: recordId().optional(),
  link: CrmLink.optional(),
});
export type Identities = z.infer<typeof Identities>;
export type IdentityKind = keyof Identities;
export type TextIdentityKind = Exclude<IdentityKind, 'link'>;
export const identityKinds = [
  'phone',
  'bsuid',
  'parentBsuid',
  'email',
  'crmId',
  'link',
] as const satisfies readonly IdentityKind[];

/** For the API's description: what canonical forms ask of a text, where a pattern can say it. */
export const describedIdentities = z
  .strictObject({
    phone: Identities.shape.phone.meta({
      format: 'phone',
      description: 'International form. It must be a number that can exist.',
      examples: ['+33639980990'],
    }),
    bsuid: Identities.shape.bsuid.meta({ format: 'token' }),
    parentBsuid: Identities.shape.parentBsuid.meta({ format: 'token' }),
    email: Identities.shape.email.meta({ format: 'email' }),
    crmId: Identities.shape.crmId.meta({ pattern: visible }),
    link: CrmLink.extend({ id: CrmLink.shape.id.meta({ pattern: visible }) }).optional(),
  })
  .meta({ minProperties: 1 });

const named = Identities.refine(
  (value) => Object.values(value).some((identity) => identity !== undefined),
  { message: 'Give at least one identity: phone, bsuid, email, crmId or link.' },
);

/** At least one identity, each in a form that can be known: what a registration must give. */
export const SomeIdentities = describedAs(named, describedIdentities);

/** At least one identity as a person wrote it: what has no canonical form is kept, and finds nobody. */
export const StatedIdentities = describedAs(named.meta({}), Identities.meta({ minProperties: 1 }));
