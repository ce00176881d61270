import { z } from 'zod';
import type { Scope } from './scopes.ts';

/** What a member of staff does. Somebody may have several. */
export const Role = z.enum(['agent', 'crm-ops', 'compliance', 'admin']);
export type Role = z.infer<typeof Role>;

/**
 * What each role may do, and nothing else says it. `admin` runs the house and sees no person: neither contacts nor
 * likelihoods nor signals; and no role has the scope `admin`, which is the installation's own.
 */
export const scopesOfRole: Readonly<Record<Role, readonly Scope[]>> = {
  agent: [
    'contacts:read',
    'contacts:write',
    'scores:read',
    'outreach:write',
    'consents:write',
    'data-requests:write',
  ],
  'crm-ops': [
    'signals:write',
    'contacts:read',
    'contacts:write',
    'contacts:merge',
    'scores:read',
    'consents:write',
    'models:write',
    'alerts:read',
    'records:redrive',
  ],
  compliance: [
    'contacts:read',
    'contacts:write',
    'contacts:merge',
    'scores:read',
    'consents:write',
    'consents:reopen',
    'data-requests:write',
    'data-requests:decide',
    'audit:read',
    'staff:read',
    'alerts:read',
  ],
  admin: [
    'staff:read',
    'staff:write',
    'api-keys:write',
    'tenant:write',
    'audit:read',
    'alerts:read',
  ],
};

/** What somebody with these roles may do; a role of a later version opens nothing here. */
export const scopesOfRoles = (roles: readonly string[]): readonly Scope[] => [
  ...new Set(
    roles.flatMap((role) => {
      const known = Role.safeParse(role);
      return known.success ? scopesOfRole[known.data] : [];
    }),
  ),
];

/**
 * Whoever has one of these decides over others, sees what everybody did, or proposes or agrees to what takes two: two
 * people give it, where there are two, or whoever adds staff adds a second mailbox of theirs and is both.
 */
export const isWeightyRole: Readonly<Record<Role, boolean>> = {
  agent: false,
  'crm-ops': true,
  compliance: true,
  admin: true,
};

/** Whoever holds a key with one of these decides who else may do what: two people make it, where there are two. */
export const isAdministrative: Readonly<Record<Scope, boolean>> = {
  'signals:write': false,
  'contacts:write': false,
  'contacts:read': false,
  'contacts:merge': false,
  'scores:read': false,
  'outreach:write': false,
  'consents:write': false,
  'consents:reopen': false,
  'data-requests:write': false,
  'data-requests:decide': false,
  'audit:read': false,
  'staff:read': false,
  'staff:write': true,
  'api-keys:write': true,
  'tenant:write': true,
  'models:write': false,
  'alerts:read': false,
  'records:redrive': false,
  admin: true,
  operator: true,
};

/**
 * What a member of staff who draws keys hands to a program: nothing that shows who somebody is, and nothing that
 * decides, or they would see and decide by it what they may not themselves.
 */
export const forPrograms: Readonly<Record<Scope, boolean>> = {
  'signals:write': true,
  'contacts:write': false,
  'contacts:read': false,
  'contacts:merge': false,
  'scores:read': false,
  'outreach:write': false,
  'consents:write': false,
  'consents:reopen': false,
  'data-requests:write': false,
  'data-requests:decide': false,
  'audit:read': true,
  'staff:read': false,
  'staff:write': false,
  'api-keys:write': false,
  'tenant:write': false,
  'models:write': false,
  'alerts:read': true,
  'records:redrive': false,
  admin: false,
  operator: false,
};
