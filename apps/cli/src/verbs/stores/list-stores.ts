import { createHash } from 'node:crypto';
import { type DeclaredStore, serviceNames, StoreList } from '@tact/contracts';
import type { Home } from '../../home/home.ts';
import { tableOf } from '../../terminal/table.ts';
import { Refusal } from '../../terminal/refusal.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { upstreamsOf } from '../upstreams.ts';

/** Everything that is kept, by whom it is declared, and one hash for all of it. */
export type StoreRegistry = {
  readonly sha256: string;
  readonly services: readonly StoreList[];
};

/**
 * SHA-256 of the services and the hashes of what each declares, in the order of their names: lists of plain words, whose
 * JSON is the one of RFC 8785.
 */
export const registryOf = (lists: readonly StoreList[]): StoreRegistry => {
  const services = lists.toSorted((one, other) => (one.service < other.service ? -1 : 1));
  const hashes = JSON.stringify(services.map(({ service, sha256 }) => [service, sha256]));
  return { sha256: createHash('sha256').update(hashes).digest('hex'), services };
};

const erasureOf = ({ atErasure }: DeclaredStore): string =>
  atErasure.does === 'keep' ? `keep (${atErasure.ground})` : atErasure.does;

const locatorOf = ({ locator }: DeclaredStore): string =>
  locator.by === 'none' ? 'none' : `${locator.by} (${locator.columns.join(', ')})`;

export const storeLines = (
  { sha256, services }: StoreRegistry,
  language: 'en' | 'fr',
): readonly string[] => {
  const head = ['store', 'kind', 'found by', 'kept as', 'at erasure', 'what it holds of a person'];
  const rows = services
    .flatMap(({ items }) => items)
    .map((store) => [
      store.name,
      store.kind,
      locatorOf(store),
      store.retention,
      erasureOf(store),
      store.holds[language],
    ]);
  return [...tableOf(head, rows), '', `${rows.length} stores; SHA-256 of the registry ${sha256}`];
};

/** `tact stores`: what is kept, where, how a person is found in it, for how long, and what an erasure does. */
export const listStores = async (
  { json, language }: { readonly json: boolean; readonly language: 'en' | 'fr' },
  { home, terminal }: { readonly home: Home; readonly terminal: Terminal },
): Promise<void> => {
  const upstreams = upstreamsOf(home);
  const missing = serviceNames.filter((name) => !upstreams.some((one) => one.service === name));
  if (missing.length > 0) {
    throw new Refusal(
      `${missing.join(', ')} does not run, and a list without it would be of another hash: tact status says why.`,
    );
  }
  const lists = await Promise.all(upstreams.map(({ api }) => api.get('/stores', StoreList)));
  const registry = registryOf(lists);
  if (json) return terminal.line(JSON.stringify(registry, undefined, 2));
  for (const line of storeLines(registry, language)) terminal.line(line);
};
