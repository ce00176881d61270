import { IdentityConflictId } from '@tact/contracts';
import { jobKind } from '@tact/platform';
import { z } from 'zod';

/** One a conflict, when a contact of it changed. */
export const retryIdentityConflict = jobKind({
  name: 'retry-identity-conflict',
  payload: z.object({ conflictId: IdentityConflictId }),
});

/** One after the upgrade to strong and weak identities. */
export const findJoinedBefore = jobKind({ name: 'find-joined-before', payload: z.object({}) });
