import { ModelList } from '@tact/contracts';
import { tableOf } from '../table.ts';
import type { TactApi } from '../tact-api.ts';
import type { Terminal } from '../terminal.ts';

/** `tact models list`: every model of the tenant, latest first, the assumed one last. */
export const listModels = async ({
  api,
  terminal,
}: {
  api: TactApi;
  terminal: Terminal;
}): Promise<void> => {
  const { items } = ModelList.parse(await api.get('/v1/models'));
  const rows = items.map(({ version, state, source, fittedAt, promotedAt, failure }) => [
    ...[version, state, source, fittedAt ?? '-', promotedAt ?? '-', failure ?? ''],
  ]);
  const head = ['model', 'state', 'source', 'fitted', 'promoted', ''];
  for (const line of tableOf(head, rows)) terminal.line(line);
};
