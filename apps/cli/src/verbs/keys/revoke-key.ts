import { ApiKeyView } from '@tact/contracts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';

/** `tact keys revoke`: closed in every process within 5 seconds. Throws `Refusal` on the last admin key without `force`. */
export const revokeKey = async (
  { keyId, force }: { keyId: string; force: boolean },
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  const path = `/v1/api-keys/${encodeURIComponent(keyId)}${force ? '?force=true' : ''}`;
  const revoked = ApiKeyView.parse(await api.delete(path));
  terminal.line(`${revoked.keyId} is revoked since ${revoked.revokedAt}`);
};
