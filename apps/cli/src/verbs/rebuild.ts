import { setTimeout as pause } from 'node:timers/promises';
import { ProjectionList, ProjectionRebuild, type ProjectionSummary } from '@tact/contracts';
import type { Home } from '../home/home.ts';
import { Refusal } from '../terminal/refusal.ts';
import { tableOf } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Upstream, upstreamsOf } from './upstreams.ts';

const LOOK_EVERY_MS = 500;

const progressOf = ({ progress: { done, total, of } }: ProjectionRebuild): string =>
  `${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${of}`;

const rowOf = (service: string, summary: ProjectionSummary): string[] => {
  const { name, source, version, modelVersion, state, position, lag, whyNot } = summary;
  const latest = summary.latestRebuild;
  const isUnderWay = state === 'rebuilding' || state === 'interrupted';
  return [
    service,
    name,
    source,
    String(version ?? modelVersion ?? '-'),
    String(position ?? '-'),
    String(lag ?? '-'),
    isUnderWay && latest !== undefined ? `${state}: ${progressOf(latest)}` : state,
    whyNot ?? (latest?.finishedAt === undefined ? 'never' : `${latest.state} ${latest.finishedAt}`),
  ];
};

const listedIn = async ({ service, api }: Upstream): Promise<string[][]> =>
  (await api.get('/v1/projections', ProjectionList)).items.map((item) => rowOf(service, item));

/** `tact rebuild`: every read model, what it is made of, how far it got, and when it was last made anew. */
export const listProjections = async (home: Home, terminal: Terminal): Promise<void> => {
  const rows = (await Promise.all(upstreamsOf(home).map(listedIn))).flat();
  const head = ['service', 'projection', 'made of', 'version', 'position', 'lag', 'state'];
  for (const line of tableOf([...head, 'last rebuild, or why none'], rows)) terminal.line(line);
};

const endOf = ({ rebuildId, comparison, state }: ProjectionRebuild): string => {
  if (state !== 'swapped') return `The rebuild ${rebuildId} ${state}: the old rows still answer.`;
  if (comparison === undefined) return 'swapped: the rows are of the new version';
  const { liveRows, newRows, same } = comparison;
  return same
    ? `swapped: ${newRows.toLocaleString('en')} rows, the same as before`
    : `swapped: ${newRows.toLocaleString('en')} rows, and they differ from the ${liveRows.toLocaleString('en')} before`;
};

/** Follows a rebuild to its end; throws `Refusal` when it did not end in a swap. */
const watch = async (
  api: Upstream['api'],
  begun: ProjectionRebuild,
  terminal: Terminal,
): Promise<void> => {
  const path = `/v1/projections/${begun.projection}/rebuilds/${begun.rebuildId}`;
  let rebuild = begun;
  let said = '';
  while (rebuild.state === 'running') {
    await pause(LOOK_EVERY_MS);
    rebuild = await api.get(path, ProjectionRebuild);
    const line = progressOf(rebuild);
    if (line !== said) terminal.line(`  ${line}`);
    said = line;
  }
  if (rebuild.state !== 'swapped') throw new Refusal(endOf(rebuild));
  terminal.line(endOf(rebuild));
};

export type RebuildOptions = {
  readonly service: string;
  readonly projection: string;
  readonly watch: boolean;
};

/** `tact rebuild <service> <projection>`: makes its rows anew beside those that answer, and swaps them. */
export const rebuild = async (
  home: Home,
  { service, projection, watch: isWatched }: RebuildOptions,
  terminal: Terminal,
): Promise<void> => {
  const upstream = upstreamsOf(home).find((one) => one.service === service);
  if (upstream === undefined) throw new Refusal(`No service ${service} runs: tact status.`);
  const path = `/v1/projections/${encodeURIComponent(projection)}/rebuilds`;
  // Asked twice it is built twice, unless the first still runs: then that one is shown.
  const begun = ProjectionRebuild.parse(await upstream.api.ask(path, {}));
  terminal.line(`rebuild ${begun.rebuildId} of ${service} ${projection}: ${progressOf(begun)}`);
  if (isWatched) return watch(upstream.api, begun, terminal);
  terminal.line('  tact rebuild shows how far it is; the old rows answer meanwhile');
};
