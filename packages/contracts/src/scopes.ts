import { z } from 'zod';

/**
 * What an API key may do. `admin` includes every other scope of its tenant; `operator` is apart, because it opens what
 * acts on all tenants.
 */
export const Scope = z.enum([
  'signals:write',
  'contacts:write',
  'contacts:read',
  'contacts:merge',
  'scores:read',
  'outreach:write',
  'consents:write',
  'consents:reopen',
  'data-requests:write',
  'data-requests:decide',
  'audit:read',
  'staff:read',
  'staff:write',
  'api-keys:write',
  'tenant:write',
  'models:write',
  'alerts:read',
  'records:redrive',
  'admin',
  'operator',
]);
export type Scope = z.infer<typeof Scope>;

/** Whether a key with these scopes may do what a scope stands for. */
export const includesScope = (held: readonly Scope[], scope: Scope): boolean =>
  held.includes(scope) || (scope !== 'operator' && held.includes('admin'));

/** What the first key of a new tenant may do: everything there, and nothing that acts on other tenants. */
export const tenantScopes: readonly Scope[] = Scope.options.filter((scope) => scope !== 'operator');
