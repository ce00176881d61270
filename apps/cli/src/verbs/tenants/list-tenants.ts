import { TenantPage, type TenantView } from '@tact/contracts';
import type { TactClient } from '@tact/client';
import { tableOf } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal.ts';
import type { Running } from './running.ts';

const allTenants = async (api: TactClient): Promise<TenantView[]> => {
  const items: TenantView[] = [];
  let query = '';
  for (;;) {
    const page = await api.get(`/v1/tenants?limit=200${query}`, TenantPage);
    items.push(...page.items);
    if (page.nextCursor === undefined) return items;
    query = `&cursor=${page.nextCursor}`;
  }
};

/** `tact tenants list`: every tenant, by its slug. */
export const listTenants = async ({ api, terminal }: Running): Promise<void> => {
  const head = ['tenant', 'name', 'country', 'zone', 'languages', 'WhatsApp accounts', 'since'];
  const rows = (await allTenants(api)).map(
    ({ slug, name, defaultCountry = '-', defaultZone, languages, whatsapp, createdAt }) => [
      slug,
      printable(name),
      defaultCountry,
      defaultZone,
      languages.join(','),
      whatsapp?.wabaIds.join(',') ?? '-',
      createdAt,
    ],
  );
  for (const line of tableOf(head, rows)) terminal.line(line);
};
