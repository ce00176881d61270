import { z } from 'zod';

/** What an API key may do. `admin` includes every other scope. */
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
  'audit:read',
  'staff:write',
  'api-keys:write',
  'models:write',
  'alerts:read',
  'admin',
]);
export type Scope = z.infer<typeof Scope>;
