import { z } from 'zod';
import { ActorId, SessionId, StaffId, TenantId } from '../ids.ts';
import { personal, utcTime } from '../personal.ts';
import { Role } from '../roles.ts';
import { defineEvent } from './define.ts';

/** Sealed under the member of staff's own key: erased, it says of nobody what they did. */
const change = {
  tenantId: TenantId,
  staffId: StaffId,
  /** Who did it; the provider of identities where signing in there did. */
  by: ActorId.optional(),
  at: utcTime(),
};

/** How somebody signed in: by a one-time link, or at the provider of identities. */
export const OpenedWith = z.enum(['link', 'oidc']);

export const StaffAdded = defineEvent({
  type: 'StaffAdded',
  version: 1,
  description: 'Somebody works for the tenant from now on, in these roles.',
  data: z.object({
    ...change,
    fullName: personal('name', z.string().min(1).max(120)),
    email: personal('email', z.string().min(3).max(254)),
    roles: z.array(Role),
    language: z.enum(['fr', 'en']),
  }),
});

export const StaffRolesChanged = defineEvent({
  type: 'StaffRolesChanged',
  version: 1,
  description: 'A member of staff may do other things from now on.',
  data: z.object({ ...change, roles: z.array(Role), previousRoles: z.array(Role) }),
});

export const StaffRolesProposed = defineEvent({
  type: 'StaffRolesProposed',
  version: 1,
  description: 'A member of staff is to have roles that a second person must agree to.',
  data: z.object({ ...change, roles: z.array(Role), previousRoles: z.array(Role) }),
});

export const StaffLinked = defineEvent({
  type: 'StaffLinked',
  version: 1,
  description:
    'A member of staff is known by an account at the provider of identities from now on, and signs in with it.',
  data: z.object(change),
});

export const StaffDismissed = defineEvent({
  type: 'StaffDismissed',
  version: 1,
  description: 'Somebody works for the tenant no more: their keys and sessions open nothing.',
  data: z.object(change),
});

export const StaffErased = defineEvent({
  type: 'StaffErased',
  version: 1,
  description:
    'Name and address of somebody who was dismissed are gone; what they did names an id that is nobody’s.',
  data: z.object(change),
});

export const LoginLinkMade = defineEvent({
  type: 'LoginLinkMade',
  version: 1,
  description: 'A link was made with which a member of staff signs in once.',
  data: z.object({
    ...change,
    expiresAt: utcTime(),
    /** Made although people sign in at the provider of identities. */
    isBreakGlass: z.boolean(),
  }),
});

export const SessionOpened = defineEvent({
  type: 'SessionOpened',
  version: 1,
  description: 'A member of staff signed in.',
  data: z.object({ ...change, sessionId: SessionId, openedWith: OpenedWith }),
});

export const SessionEnded = defineEvent({
  type: 'SessionEnded',
  version: 1,
  description: 'A member of staff signed out, or was signed out.',
  data: z.object({ ...change, sessionId: SessionId }),
});
