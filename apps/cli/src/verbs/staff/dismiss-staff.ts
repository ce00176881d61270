import { DismissedStaff } from '@tact/contracts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';

/** `tact staff dismiss`: keys and sessions open nothing within 5 seconds. Throws `Refusal` on the last administrator without `force`. */
export const dismissStaff = async (
  { staffId, force }: { staffId: string; force: boolean },
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  const path = `/v1/staff/${encodeURIComponent(staffId)}${force ? '?force=true' : ''}`;
  const dismissed = DismissedStaff.parse(await api.delete(path));
  terminal.line(`${dismissed.staffId} was dismissed at ${dismissed.dismissedAt}`);
  for (const keyId of dismissed.endedKeyIds) terminal.line(`  ended ${keyId}`);
};
