import { randomUUID } from 'node:crypto';
import { AddStaffRequest, Role, StaffView } from '@tact/contracts';
import type { TactClient } from '@tact/client';
import { Refusal } from '../../terminal/refusal.ts';
import type { Terminal } from '../../terminal/terminal.ts';

export type AddStaffOptions = {
  readonly name: string;
  readonly email: string;
  /** Comma-separated. */
  readonly roles: string;
  readonly language: string;
};

/** `tact staff add`: somebody works for the tenant from now on. Throws `Refusal` on a wrong option. */
export const addStaff = async (
  { name, email, roles, language }: AddStaffOptions,
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  const asked = { name, email, roles: roles.split(',').map((role) => role.trim()), language };
  const request = AddStaffRequest.safeParse(asked).data;
  if (!request) {
    throw new Refusal(
      `Give a name, an address, roles out of ${Role.options.join(', ')}, and a language, fr or en.`,
    );
  }
  const added = StaffView.parse(await api.post('/v1/staff', request, randomUUID()));
  terminal.line(added.staffId);
  terminal.line(`  may ${added.scopes.join(', ')}`);
};
