import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Needle, PlantedCanary } from '@tact/contracts';
import { TraceSearch, type TraceVariant } from '@tact/traces';
import type { Home } from '../../home/home.ts';
import { Refusal } from '../../terminal/refusal.ts';
import { sweepFiles } from './files.ts';
import { digest, type Swept } from './findings.ts';
import { type Share, type SweptService, sweepPages, sweepServices } from './services.ts';

const path = '/v1/operations/sweep/canaries';
const someDigits = (count: number): string =>
  Array.from({ length: count }, () => randomInt(10)).join('');

/** A person who never was, with a number of those kept for fiction; another one at each call. */
export const inventCanary = (): Needle[] => {
  const tag = randomBytes(5).toString('hex');
  const phone = `3363998${someDigits(4)}`;
  const wamid = Buffer.concat([
    Buffer.from([0x1c, 0x18, phone.length]),
    Buffer.from(phone, 'ascii'),
    Buffer.from([0x15, 0x02, 0x00, 0x11]),
    randomBytes(12),
  ]);
  return [
    { kind: 'phone', value: `+${phone}` },
    // Unlike any name of a person: what stays of it in PostgreSQL's files must not be taken for one.
    { kind: 'name', value: `Çanari-${tag} Inventé` },
    { kind: 'email', value: `canari.${tag}@example.org` },
    { kind: 'bsuid', value: `FR.9${someDigits(17)}` },
    { kind: 'wamid', value: `wamid.${wamid.toString('base64')}` },
    { kind: 'text', value: `Chant n° ${tag} d’un canari, noté par personne.` },
  ];
};

/** One kind of place, and the variants that were planted there and not found. */
export type Sight = { readonly kind: string; readonly missed: readonly TraceVariant[] };

const nameOf = ({ needle, variant }: TraceVariant): string => `${needle} ${variant}`;

const missedIn = (
  swept: readonly Swept[],
  expected: readonly TraceVariant[],
  part?: string,
): TraceVariant[] => {
  const hits = swept.flatMap((place) => place.hits);
  const found = new Set(hits.filter((hit) => part === undefined || hit.part === part).map(nameOf));
  return expected.filter((variant) => !found.has(nameOf(variant)));
};

/** The first variant of each needle: the value as it was written. */
const plainOf = (search: TraceSearch): TraceVariant[] =>
  search.variants.filter(({ needle }, nth, all) => all[nth - 1]?.needle !== needle);

/** What the pages certainly say, so that a page that is not looked at is noticed. */
const control: Needle[] = [
  { kind: 'text', value: 'tact_http_request_duration_seconds' },
  { kind: 'text', value: 'securitySchemes' },
];

const pagesSeen = async (services: readonly SweptService[]): Promise<Sight> => {
  const search = new TraceSearch(control, digest);
  const swept = await sweepPages(services, search);
  const missed = services.flatMap(({ service }) =>
    missedIn(
      swept.filter(({ name }) => name.startsWith(`${service} `)),
      plainOf(search),
    ),
  );
  return { kind: 'pages', missed };
};

const remoteSeen = async (
  shares: readonly Share[],
  needles: readonly Needle[],
  { planted, search }: { planted: readonly PlantedCanary[]; search: TraceSearch },
): Promise<Sight[]> => {
  const names = planted.flatMap(({ table, topic }) => [table, topic]);
  const swept = await sweepServices(shares, needles, { names });
  const inPlace = (kind: string, name: string, whole: string, parts: readonly string[]): Sight => {
    const there = swept.filter((place) => place.name === name);
    const missed = [
      ...missedIn(there, search.variants, whole),
      ...parts.flatMap((part) => missedIn(there, plainOf(search), part)),
    ];
    return { kind, missed };
  };
  return planted.flatMap(({ table, topic }) => [
    inPlace('tables', table, 'bytes', [
      'words',
      'list',
      'told',
      'structured',
      'packed',
      'deflated',
    ]),
    inPlace('topics', topic, 'value', ['key', 'headers']),
  ]);
};

/** What of the platform's own stores lies in files here: each must hold the canary it was just given. */
const filesSeen = async (home: Home, file: string, search: TraceSearch): Promise<Sight[]> => {
  const swept = await sweepFiles(home.root, search);
  const below = (folder: string) => swept.filter(({ name }) => name.startsWith(folder));
  const stores = [
    ...(existsSync(home.postgres) ? [{ kind: 'PostgreSQL files', folder: 'postgres' }] : []),
    ...(existsSync(home.kafka) ? [{ kind: 'Kafka files', folder: 'kafka' }] : []),
  ];
  return [
    { kind: 'files', missed: missedIn(below(file), search.variants) },
    ...stores.map(({ kind, folder }) => ({
      kind,
      missed: missedIn(below(folder), plainOf(search)),
    })),
  ];
};

/** Plants an invented person in every kind of place, looks for it, and takes it out again. Throws `Refusal` when a planted variant is not found. */
export const proveSight = async (
  home: Home,
  services: readonly SweptService[],
  shares: readonly Share[],
): Promise<string[]> => {
  const needles = inventCanary();
  const search = new TraceSearch(needles, digest);
  const file = join('logs', `sweep-canary-${randomBytes(6).toString('hex')}.log`);
  const planted: { share: Share; canary: PlantedCanary }[] = [];
  try {
    for (const share of shares) {
      const canary = PlantedCanary.parse(await share.api.ask(path, { needles }));
      planted.push({ share, canary });
    }
    const separator = Buffer.from('\n');
    const heap = Buffer.concat(search.patterns.flatMap((bytes) => [bytes, separator]));
    writeFileSync(join(home.root, file), heap, { mode: 0o600 });
    const canaries = planted.map(({ canary }) => canary);
    const sights = [
      ...(await remoteSeen(shares, needles, { planted: canaries, search })),
      ...(await filesSeen(home, file, search)),
      await pagesSeen(services),
    ];
    const blind = sights.filter(({ missed }) => missed.length > 0);
    if (blind.length > 0) throw new Refusal(blindnessOf(blind));
    return [...new Set(sights.map(({ kind }) => kind))];
  } finally {
    rmSync(join(home.root, file), { force: true });
    for (const { share, canary } of planted) await share.api.delete(`${path}/${canary.canaryId}`);
  }
};

const blindnessOf = (blind: readonly Sight[]): string => {
  const [first] = blind;
  const kinds = [...new Set(blind.map(({ kind }) => kind))].join(', ');
  const example = first?.missed[0]?.variant ?? '';
  return `The sweep is blind in ${kinds}: a planted canary was not found, e.g. as ${example}. Its other answers say nothing.`;
};
