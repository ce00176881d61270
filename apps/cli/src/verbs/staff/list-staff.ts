import type { StaffView } from '@tact/contracts';
import type { TactClient } from '@tact/client';
import { tableOf } from '../../terminal/table.ts';
import { printable, type Terminal } from '../../terminal/terminal.ts';
import { allStaff } from './all-staff.ts';

const rowOf = ({ staffId, name, state, roles, addedAt }: StaffView): string[] => [
  staffId,
  printable(name ?? 'erased'),
  state,
  roles.join(','),
  addedAt,
];

/** `tact staff list`: everybody who works or worked for the tenant. */
export const listStaff = async ({
  api,
  terminal,
}: {
  api: TactClient;
  terminal: Terminal;
}): Promise<void> => {
  const head = ['member of staff', 'name', 'state', 'roles', 'since'];
  for (const line of tableOf(head, (await allStaff(api)).map(rowOf))) terminal.line(line);
};
