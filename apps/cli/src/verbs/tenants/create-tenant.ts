import { randomUUID } from 'node:crypto';
import { CreatedTenant } from '@tact/contracts';
import { Refusal } from '../../terminal/refusal.ts';
import type { Running } from './running.ts';
import { tenantLines } from './tenant-lines.ts';
import { settingsFrom, type TenantFlags } from './tenant-flags.ts';

/** `tact tenants create`: makes a tenant and prints its first key, this once. Throws `Refusal` on a wrong option. */
export const createTenant = async (
  { slug, ...flags }: TenantFlags & { readonly slug: string },
  { api, terminal }: Running,
): Promise<void> => {
  // A key drawn for this call: the same words again are another wish for the slug, which is then taken.
  const answer = await api.post('/v1/tenants', { slug, ...settingsFrom(flags) }, randomUUID());
  const { apiKey, keyId, ...view } = CreatedTenant.parse(answer);
  if (apiKey === undefined) {
    throw new Refusal(`The tenant ${slug} was made, and the text of its key ${keyId} was lost.`);
  }
  terminal.line(apiKey);
  terminal.line(`  ${keyId}, the first key of ${slug}. It is shown this once: keep it now.`);
  for (const line of tenantLines(view)) terminal.line(line);
};
