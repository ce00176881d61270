import { z } from 'zod';
import { ActorId, TenantId } from '../ids.ts';
import { plainText, utcTime } from '../personal.ts';
import { defineEvent } from './define.ts';

/** Names one set of priors of one tenant, for ever. */
export const ModelVersion = z
  .string()
  .regex(/^[0-9a-z][0-9a-z.-]{2,60}$/)
  .meta({ personal: false });

export const ModelPromoted = defineEvent({
  type: 'ModelPromoted',
  version: 1,
  description:
    'A person decided which model assesses the contacts of a tenant from now on, and why.',
  data: z.object({
    tenantId: TenantId,
    version: ModelVersion,
    /** The version that was live until then, and that it was compared with. */
    comparedWith: ModelVersion,
    /** Who gave the command: a member of staff, or a key that is nobody's. */
    by: ActorId,
    /** In the business's words; never a person's name. */
    reason: plainText(500),
    at: utcTime(),
  }),
});
