import { StaffView } from '@tact/contracts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';

/** `tact staff erase`: name and address of whoever was dismissed go for good; what they did stays under their id. */
export const eraseStaff = async (
  staffId: string,
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  const path = `/v1/staff/${encodeURIComponent(staffId)}/erasure`;
  const erased = StaffView.parse(await api.post(path, {}));
  terminal.line(`${erased.staffId} was erased at ${erased.erasedAt}`);
};
