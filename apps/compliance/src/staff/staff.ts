import { randomUUID } from 'node:crypto';
import { type EventDataOf, type Role, scopesOfRoles, type StaffView } from '@tact/contracts';
import {
  type CallerIdentity,
  ProblemError,
  type StaffRecord,
  type StaffRegister,
  type StreamAppend,
} from '@tact/platform';
import { refuseScopesBeyond } from '../login/scopes-held.ts';

type StaffEventType =
  | 'StaffAdded'
  | 'StaffLinked'
  | 'StaffRolesChanged'
  | 'StaffRolesProposed'
  | 'StaffDismissed'
  | 'StaffErased';

/** What happened to a member of staff, for the audit: appended in the transaction that changed the register. */
export const auditOf = <Type extends StaffEventType>(
  type: Type,
  data: EventDataOf<Type>,
  /** Who did it, where it is not the caller. */
  actorId?: string,
): StreamAppend => {
  const { tenantId, staffId } = data;
  return {
    stream: `staff-${tenantId}-${staffId}`,
    expected: 'any',
    events: [{ type, data }],
    context: {
      tenantId,
      subject: staffId,
      commandId: randomUUID(),
      ...(actorId === undefined ? {} : { actorId }),
    },
  };
};

export const viewOf = async (
  record: StaffRecord,
  { register, caller }: { register: StaffRegister; caller: Pick<CallerIdentity, 'staffId'> },
): Promise<StaffView> => {
  const [name, email] = await Promise.all([register.nameOf(record), register.emailOf(record)]);
  const { staffId, roles, language, createdAt, dismissedAt, erasedAt, proposed, isDemo } = record;
  return {
    staffId,
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    roles: [...roles],
    scopes: dismissedAt === null ? [...scopesOfRoles(roles)] : [],
    language,
    state: dismissedAt === null ? 'active' : 'dismissed',
    addedAt: createdAt.toISOString(),
    ...(dismissedAt === null ? {} : { dismissedAt: dismissedAt.toISOString() }),
    ...(erasedAt === null ? {} : { erasedAt: erasedAt.toISOString() }),
    ...(proposed === null || dismissedAt !== null
      ? {}
      : { proposed: { ...proposed, roles: [...proposed.roles] } }),
    ...(isDemo ? { isDemo } : {}),
    isOwn: staffId === caller.staffId,
  };
};

/** Nobody gives themselves what they may do, nor takes another's place by it. */
export const refuseOwnRoles = (caller: CallerIdentity, staffId: string): void => {
  if (caller.staffId !== staffId) return;
  throw new ProblemError('unprocessable', {
    detail: 'Nobody changes their own roles: another administrator does.',
  });
};

export const lastAdmin = (): ProblemError =>
  new ProblemError('unprocessable', {
    detail:
      'Nobody else of the tenant’s staff is admin: add somebody first, or add ?force=true with a key of the installation.',
  });

/** A key that is nobody's makes nobody more than it is itself: it could sign in as them. */
export const refuseRolesBeyond = (caller: CallerIdentity, roles: readonly Role[]): void => {
  if (caller.staffId === undefined) refuseScopesBeyond(caller, scopesOfRoles(roles));
};

export const dismissedBefore = (): ProblemError =>
  new ProblemError('unprocessable', { detail: 'They were dismissed: add them anew.' });

/** Only who acts for the installation leaves a tenant without an administrator; a person does not shut the others out. */
export const mayForce = (caller: CallerIdentity, force: boolean): boolean =>
  force && caller.staffId === undefined;
