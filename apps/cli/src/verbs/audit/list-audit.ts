import { type AuditEvent, AuditPage } from '@tact/contracts';
import type { TactClient } from '@tact/client';
import { tableOf } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';

export type ListAuditFlags = {
  readonly subject?: string;
  readonly actor?: string;
  readonly limit: string;
};

/** Which one, what of it was changed, and how many were shown. */
const whatOf = ({ about, changed, shown }: AuditEvent): string =>
  [about, changed?.join(' '), shown === undefined ? undefined : `(${shown})`]
    .filter((part) => part !== undefined)
    .join(' ');

/** `tact audit list`: the latest acts first, a line each. */
export const listAudit = async (
  { subject, actor, limit }: ListAuditFlags,
  { api, terminal }: { readonly api: TactClient; readonly terminal: Terminal },
): Promise<void> => {
  const query = new URLSearchParams({
    limit,
    ...(subject === undefined ? {} : { subject }),
    ...(actor === undefined ? {} : { actor }),
  });
  const { items } = await api.get(`/v1/audit-events?${query.toString()}`, AuditPage);
  const rows = items.map((item) => [
    String(item.seq),
    item.at,
    item.actor,
    item.text.en,
    item.subject ?? '(erased)',
    whatOf(item),
    item.reason ?? '',
  ]);
  const head = ['entry', 'at', 'by', 'what', 'to', '', 'why'];
  for (const line of tableOf(head, rows)) terminal.line(line);
};
