import { ApiKeyPage, type ApiKeyView } from '@tact/contracts';
import { tableOf } from '../../terminal/table.ts';
import type { TactClient } from '@tact/client';
import { printable, type Terminal } from '../../terminal/terminal.ts';

const allKeys = async (api: TactClient): Promise<ApiKeyView[]> => {
  const items: ApiKeyView[] = [];
  let query = '';
  for (;;) {
    const page = await api.get(`/v1/api-keys?limit=200${query}`, ApiKeyPage);
    items.push(...page.items);
    if (page.nextCursor === undefined) return items;
    query = `&cursor=${page.nextCursor}`;
  }
};

const rowOf = (key: ApiKeyView): string[] => [
  key.keyId,
  printable(key.label),
  key.isOwn ? `${key.state}, in use here` : key.state,
  key.scopes.join(','),
  key.expiresAt ?? '-',
  key.lastUsedAt ?? 'never',
];

/** `tact keys list`: every key of the tenant, oldest first; never a key's text. */
export const listKeys = async ({
  api,
  terminal,
}: {
  api: TactClient;
  terminal: Terminal;
}): Promise<void> => {
  const head = ['key', 'label', 'state', 'scopes', 'ends', 'last used'];
  for (const line of tableOf(head, (await allKeys(api)).map(rowOf))) terminal.line(line);
};
