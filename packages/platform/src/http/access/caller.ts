import type { Scope } from '@tact/contracts';

/** Who calls, for which tenant, and what they may do. */
export type CallerIdentity = {
  /** Who acts: the member of staff where one is known, else the key. */
  readonly actorId: string;
  /** Absent where a member of staff is signed in by a session. */
  readonly keyId?: string;
  readonly staffId?: string;
  /** Of a member of staff who is signed in. */
  readonly sessionId?: string;
  readonly tenantId: string;
  readonly scopes: readonly Scope[];
};
