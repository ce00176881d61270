import { randomUUID } from 'node:crypto';
import { TenantKey } from '@tact/contracts';
import { Refusal } from '../../terminal/refusal.ts';
import type { Running } from './running.ts';

/** `tact tenants new-key`: another first key, for a tenant that has lost its own. */
export const newTenantKey = async (slug: string, { api, terminal }: Running): Promise<void> => {
  const path = `/v1/tenants/${encodeURIComponent(slug)}/keys`;
  const { apiKey, keyId } = TenantKey.parse(await api.post(path, {}, randomUUID()));
  if (apiKey === undefined)
    throw new Refusal(`The text of the key ${keyId} was lost: draw another.`);
  terminal.line(apiKey);
  terminal.line(
    `  ${keyId}, of ${slug}. It is shown this once: keep it now, and revoke what was lost.`,
  );
};
