import { TenantId } from '@tact/contracts';
import { jobKind } from '@tact/platform';
import { z } from 'zod';

/** Signs how far a tenant's chain is: due an hour after the first act that no signature covers. */
export const signHead = jobKind({
  name: 'sign-audit-head',
  payload: z.object({ tenantId: TenantId }),
  attemptsMax: Infinity,
});
