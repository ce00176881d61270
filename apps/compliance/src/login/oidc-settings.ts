import { Role } from '@tact/contracts';
import { z } from 'zod';

const role = z.enum(Role.options);

/** `tact-agents=agent,tact-admins=admin`: of a provider's groups, the roles that they stand for. */
const groupRoles = z
  .string()
  .regex(
    /^[^=,]+=[a-z-]+(?:,[^=,]+=[a-z-]+)*$/,
    'it looks like tact-agents=agent,tact-admins=admin',
  )
  .transform((list) =>
    list.split(',').map((pair) => {
      const [group = '', name = ''] = pair.split('=').map((part) => part.trim());
      return { group, role: name };
    }),
  )
  .pipe(z.array(z.object({ group: z.string().min(1), role })));

const settings = z.object({
  /** Where the people of one tenant sign in; its discovery document is below it. */
  OIDC_ISSUER: z.url().optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Whose people they are; TACT_BOOTSTRAP_TENANT when absent. */
  OIDC_TENANT: z.string().min(1).optional(),
  OIDC_GROUPS: groupRoles.optional(),
  OIDC_SCOPES: z.string().min(1).default('openid email profile'),
});

const together = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_GROUPS'] as const;

/** Where the people of a tenant sign in, if it is elsewhere; all of it or nothing. */
export const OidcSettings = settings.superRefine((values, context) => {
  const missing = together.filter((name) => values[name] === undefined);
  if (missing.length === 0 || missing.length === together.length) return;
  for (const name of missing) {
    context.addIssue({
      code: 'custom',
      path: [name],
      message: 'the settings of OIDC come together',
    });
  }
});
export type OidcSettings = z.infer<typeof OidcSettings>;
