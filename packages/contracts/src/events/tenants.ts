import { z } from 'zod';
import { TenantId } from '../ids.ts';
import { utcTime } from '../personal.ts';
import { ChangedNames } from './audit.ts';
import { TenantDetails } from '../tenants.ts';
import { defineEvent } from './define.ts';

/**
 * Whole each time: of a compacted topic the last record of a tenant is all there is. A secret is in no event: a reader of
 * the log has no use for it.
 */
const whole = TenantDetails.extend({ tenantId: TenantId, at: utcTime() });

export const TenantCreated = defineEvent({
  type: 'TenantCreated',
  version: 1,
  description: 'A business works with the platform from now on, apart from every other one.',
  data: whole,
});

export const TenantSettingsChanged = defineEvent({
  type: 'TenantSettingsChanged',
  version: 1,
  description: 'A tenant is set up otherwise; what it says holds as a whole.',
  data: whole.extend({
    /** Secrets of WhatsApp that were given anew. */
    newSecrets: z.array(z.enum(['app-secret', 'verify-token'])),
    /** Which settings are others than before, by their names. */
    changed: ChangedNames.optional(),
  }),
});
