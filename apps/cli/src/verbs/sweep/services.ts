import { type Needle, SweepPlaces, SweepReport, type SweptKind } from '@tact/contracts';
import { type TraceSearch } from '@tact/traces';
import { Refusal } from '../../terminal/refusal.ts';
import type { TactClient } from '@tact/client';
import type { Swept } from './findings.ts';

export type SweptService = { readonly service: string; readonly api: TactClient };

/** A service and what it is to look through: what others share with it, it looks through for them. */
export type Share = SweptService & { readonly kinds: readonly SweptKind[] };

const path = '/v1/operations/sweep';
const pages = ['/metrics', '/openapi.json', '/health/ready'] as const;

/** Each database and each log once, whoever shares it. */
export const sharesOf = async (services: readonly SweptService[]): Promise<Share[]> => {
  const seen = new Set<string>();
  const isNew = (name: string): boolean => {
    const fresh = !seen.has(name);
    seen.add(name);
    return fresh;
  };
  const shares: Share[] = [];
  for (const one of services) {
    const { database, log } = await one.api.get(path, SweepPlaces);
    const kinds: SweptKind[] = [
      ...(isNew(`database ${database}`) ? ['table' as const] : []),
      ...(isNew(`log ${log}`) ? ['topic' as const] : []),
    ];
    if (kinds.length > 0) shares.push({ ...one, kinds });
  }
  return shares;
};

const groupOf = ({ kind, name }: SweepReport['places'][number]): string =>
  kind === 'topic' ? 'topics' : `tables of ${name.split('.')[0] ?? ''}`;

/** Tables and topics. `names` narrows it to some; `note` is told how many places are through. */
export const sweepServices = async (
  shares: readonly Share[],
  needles: readonly Needle[],
  options: { names?: readonly string[]; note?: (done: number, total: number) => void } = {},
): Promise<Swept[]> => {
  const { names, note } = options;
  const swept: Swept[] = [];
  for (const { api, kinds } of shares) {
    let cursor: string | undefined;
    do {
      const more = { ...(names ? { names } : {}), ...(cursor === undefined ? {} : { cursor }) };
      const report = SweepReport.parse(await api.ask(path, { needles, kinds, ...more }));
      for (const place of report.places) {
        const { name, bytes, hits, unreadable } = place;
        const sight = unreadable ? { unreadable } : {};
        swept.push({ group: groupOf(place), name, bytes, hits, ...sight });
      }
      note?.(report.done, report.total);
      cursor = report.nextCursor;
    } while (cursor !== undefined);
  }
  return swept;
};

/** What every service tells anyone on its own port. */
export const sweepPages = async (
  services: readonly SweptService[],
  search: TraceSearch,
): Promise<Swept[]> => {
  const swept: Swept[] = [];
  for (const { service, api } of services) {
    for (const page of pages) {
      const { status, text } = await api.call(page);
      if (status !== 200) throw new Refusal(`${service} answered ${status} for ${page}.`);
      const bytes = Buffer.from(text);
      const hits = search.hits();
      search.whole(bytes, hits);
      swept.push({
        group: 'pages',
        name: `${service} ${page}`,
        bytes: bytes.length,
        hits: hits.list,
      });
    }
  }
  return swept;
};
