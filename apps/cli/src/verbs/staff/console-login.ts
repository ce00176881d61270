import { randomUUID } from 'node:crypto';
import { LoginLink, Role, StaffView } from '@tact/contracts';
import type { TactClient } from '@tact/client';
import { Refusal } from '../../terminal/refusal.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { allStaff } from './all-staff.ts';

/** Invented people of the embedded platform, so that each role can be looked at. */
const demoOf = (role: Role) => ({
  name: `Demo ${role}`,
  email: `demo.${role}@example.org`,
  roles: [role],
  language: 'en',
  isDemo: true,
});

const memberOf = async (api: TactClient, role: Role): Promise<StaffView> => {
  const staff = await allStaff(api);
  // Its own people alone: whoever was added by somebody is a colleague, in whose name nobody else acts.
  const active = staff.filter(({ state, isDemo }) => state === 'active' && isDemo === true);
  const known = active.find(({ roles }) => roles.length === 1 && roles[0] === role);
  return known ?? StaffView.parse(await api.post('/v1/staff', demoOf(role), randomUUID()));
};

/** `tact console-login`: a link with which one signs in once, in a role; whoever has none is invented. */
export const consoleLogin = async (
  { role: asked }: { role: string },
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  const role = Role.safeParse(asked).data;
  if (role === undefined) throw new Refusal(`--role is one of ${Role.options.join(', ')}.`);
  const { staffId, name } = await memberOf(api, role);
  const link = LoginLink.parse(await api.post('/v1/login-links', { staffId }, randomUUID()));
  terminal.line(`${api.credentials.origin}/console#login=${link.code}`);
  terminal.line(`  signs in ${name ?? staffId} (${role}) once, until ${link.expiresAt}`);
};
