import { z } from 'zod';
import { ContactId, TenantId } from '../ids.ts';
import { plainText } from '../personal.ts';
import { defineEvent } from './define.ts';

export const ContactViewed = defineEvent({
  type: 'ContactViewed',
  version: 1,
  description: 'A key read what is known of a person; what it was shown is not kept.',
  data: z.object({
    tenantId: TenantId,
    /** Who acted: a member of staff, or the key where it is nobody's. */
    keyId: plainText(64),
    found: z.boolean(),
    contactId: ContactId.optional(),
  }),
});

export const ContactSearched = defineEvent({
  type: 'ContactSearched',
  version: 1,
  description: 'A key looked a person up by an identity; what was looked for is not kept.',
  data: z.object({
    tenantId: TenantId,
    /** Who acted: a member of staff, or the key where it is nobody's. */
    keyId: plainText(64),
    identityKind: z.enum(['phone', 'bsuid', 'email', 'crmId', 'link']),
    found: z.boolean(),
    contactId: ContactId.optional(),
  }),
});
