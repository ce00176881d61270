import { TenantView } from '@tact/contracts';
import type { Running } from './running.ts';
import { tenantLines } from './tenant-lines.ts';

/** `tact tenants show`: how a tenant is set up. */
export const showTenant = async (slug: string, { api, terminal }: Running): Promise<void> => {
  const view = await api.get(`/v1/tenants/${encodeURIComponent(slug)}`, TenantView);
  terminal.line(`${view.slug}, since ${view.createdAt}`);
  for (const line of tenantLines(view)) terminal.line(line);
};
