import { includesScope } from '@tact/contracts';
import type { CallerIdentity } from '../access/caller.ts';
import { keysOfOneHand } from '../access/keys-of-one-hand.ts';
import type { StaffRegister } from '../access/staff-register.ts';
import { ProblemError } from '../problem-error.ts';
import type { Queryable } from '../../postgres/queryable.ts';

const PEOPLE_FOR_TWO = 2;

/** Beside staff, a key that is nobody's and an invented person are nobody who could be told from another one. */
const nobody = (): ProblemError =>
  new ProblemError('unprocessable', {
    detail:
      'It takes two people of the tenant’s staff, and who calls is none of them: a member of staff does it with a key or a session of their own, or an operator.',
  });

const hasOtherKey = async (
  queryable: Queryable,
  { tenantId, keyId = '' }: CallerIdentity,
  now: Date,
): Promise<boolean> => {
  const own = await keysOfOneHand(queryable, { tenantId, keyId });
  const rows = await queryable.query(
    `SELECT FROM access.api_keys
     WHERE tenant_id = $1 AND key_id <> ALL ($2) AND actor IS NULL AND scopes && ARRAY['admin', 'staff:read', 'staff:write']
       AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3) LIMIT 1`,
    [tenantId, [...own], now],
  );
  return rows.length > 0;
};

/**
 * Whether something that one person alone does not do waits for a second one. An operator needs nobody, and whoever is
 * alone cannot be two: in a tenant without staff a key of another hand is the second person. Throws where the caller is nobody.
 */
export const takesTwo = async (
  queryable: Queryable,
  caller: CallerIdentity,
  { staff, now }: { readonly staff: StaffRegister; readonly now: Date },
): Promise<boolean> => {
  const { tenantId, staffId, scopes } = caller;
  if (staffId === undefined && includesScope(scopes, 'operator')) return false;
  const { people, members } = await staff.numbers(queryable, tenantId);
  if (members === 0) return hasOtherKey(queryable, caller, now);
  // Where nobody but invented people works they are taken for people, so that one can look at how it goes.
  if ((people === 0 ? members : people) < PEOPLE_FOR_TWO) return false;
  const self =
    staffId === undefined ? undefined : await staff.find(queryable, { tenantId, staffId });
  if (self === undefined || (self.isDemo && people > 0)) throw nobody();
  return true;
};
