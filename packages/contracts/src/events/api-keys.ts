import { z } from 'zod';
import { ActorId, ApiKeyId, StaffId, TenantId } from '../ids.ts';
import { utcTime } from '../personal.ts';
import { Scope } from '../scopes.ts';
import { defineEvent } from './define.ts';

/** Who may call is the tenant's affair: the tenant is the subject, and neither a key nor its label is in an event. */
const change = {
  tenantId: TenantId,
  keyId: ApiKeyId,
  /** Who asked for it: a member of staff, or a key that is nobody's. */
  by: ActorId,
  at: utcTime(),
};

export const ApiKeyCreated = defineEvent({
  type: 'ApiKeyCreated',
  version: 1,
  description: 'A key was drawn that opens the doors of its scopes until it expires or is revoked.',
  data: z.object({
    ...change,
    scopes: z.array(Scope),
    expiresAt: utcTime().optional(),
    /** The member of staff who acts by it. */
    actor: StaffId.optional(),
  }),
});

export const ApiKeyRotated = defineEvent({
  type: 'ApiKeyRotated',
  version: 1,
  description: 'A key got a successor with the same scopes; it works on until `expiresAt`.',
  data: z.object({ ...change, successorKeyId: ApiKeyId, expiresAt: utcTime() }),
});

export const ApiKeyRevoked = defineEvent({
  type: 'ApiKeyRevoked',
  version: 1,
  description: 'A key opens nothing any more.',
  data: z.object(change),
});
