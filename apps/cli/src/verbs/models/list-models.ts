import { ModelList } from '@tact/contracts';
import { tableOf } from '../../terminal/table.ts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';

/** `tact models list`: every model of the tenant, latest first, the assumed one last. */
export const listModels = async ({
  api,
  terminal,
}: {
  api: TactClient;
  terminal: Terminal;
}): Promise<void> => {
  const { items } = await api.get('/v1/models', ModelList);
  const rows = items.map(({ version, state, source, fittedAt, promotedAt, failure }) => [
    version,
    state,
    source,
    fittedAt ?? '-',
    promotedAt ?? '-',
    failure ?? '',
  ]);
  const head = ['model', 'state', 'source', 'fitted', 'promoted', ''];
  for (const line of tableOf(head, rows)) terminal.line(line);
};
