import { z } from 'zod';
import { personal } from './personal.ts';

/** Ways a person is known. E.164 for phones; a BSUID is WhatsApp's business-scoped user id. */
export const Identities = z.strictObject({
  phone: personal('phone', z.string().min(4).max(40)).optional(),
  bsuid: personal('business-scoped-id', z.string().min(4).max(160)).optional(),
  parentBsuid: personal('business-scoped-id', z.string().min(4).max(160)).optional(),
  email: personal('email', z.string().min(3).max(254)).optional(),
  crmId: personal('crm-id', z.string().min(1).max(128)).optional(),
});
export type Identities = z.infer<typeof Identities>;
export type IdentityKind = keyof Identities;
export const identityKinds = [
  'phone',
  'bsuid',
  'parentBsuid',
  'email',
  'crmId',
] as const satisfies readonly IdentityKind[];

/** The same, with at least one identity: what a request must give. */
export const SomeIdentities = Identities.refine(
  (value) => Object.values(value).some((identity) => identity !== undefined),
  { message: 'Give at least one identity: phone, bsuid, email or crmId.' },
);
