import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Needle } from '@tact/contracts';
import { TraceSearch } from '@tact/traces';
import { readCorpus } from '../corpus/corpus.ts';
import { needlesNamed } from '../corpus/needles-named.ts';
import type { Home } from '../../home/home.ts';
import { progressOf, type Progress } from '../../terminal/progress.ts';
import { Refusal } from '../../terminal/refusal.ts';
import { readRunFile } from '../../home/run-file.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { upstreamsOf } from '../upstreams.ts';
import { proveSight } from './canary.ts';
import { sweepFiles } from './files.ts';
import { digest, type Swept } from './findings.ts';
import { distinctNeedles, readIdentities } from './identities.ts';
import { sweepMails } from './mails.ts';
import { hitLines, needleLine, sweptLines, unreadableNames } from './report.ts';
import { type Share, sharesOf, type SweptService, sweepPages, sweepServices } from './services.ts';

export type SweepOptions = {
  /** Prove first that a planted person is found in every kind of place. */
  readonly canary: boolean;
  /** Look for everybody in the WhatsApp corpus: this repository's, or the one of a folder. */
  readonly corpus?: string | true;
  /** A file of identities to look for. */
  readonly identities?: string;
};

const ownFixtures = new URL('../../../../../packages/testing/fixtures/whatsapp', import.meta.url);
const MEGABYTE = 1_000_000;

const needlesOf = ({ corpus, identities }: SweepOptions): Needle[] => {
  const folder = corpus === true ? fileURLToPath(ownFixtures) : corpus;
  return distinctNeedles([
    ...(folder === undefined ? [] : corpusNeedles(folder)),
    ...(identities === undefined ? [] : readIdentities(resolve(identities))),
  ]);
};

/** Everything of a person in a corpus of WhatsApp bodies and timed stories. Throws `Refusal` when it cannot be read. */
export const corpusNeedles = (folder: string): Needle[] => {
  const root = resolve(folder);
  const stories = join(root, 'sequences');
  const files = existsSync(stories) ? readdirSync(stories).map((file) => join(stories, file)) : [];
  const bodies = readCorpus(root).cases.map(({ body }) => body);
  return distinctNeedles(needlesNamed([...bodies, ...files.map((file) => readFileSync(file))]));
};

const filesProgress = (): {
  begin(bytes: number): void;
  advance(bytes: number): void;
  end(): void;
} => {
  let progress: Progress | undefined;
  let held = 0;
  return {
    begin: (bytes) => {
      progress = progressOf('files, MB', Math.round(bytes / MEGABYTE));
    },
    advance: (bytes) => {
      held += bytes;
      const whole = Math.floor(held / MEGABYTE);
      held -= whole * MEGABYTE;
      if (whole > 0) progress?.advance(whole);
    },
    end: () => progress?.end(),
  };
};

const sweepAll = async (
  {
    home,
    services,
    shares,
  }: { home: Home; services: readonly SweptService[]; shares: readonly Share[] },
  needles: readonly Needle[],
  { terminal, search }: { terminal: Terminal; search: TraceSearch },
): Promise<Swept[]> => {
  const remote = await terminal.step('tables and topics', (note) =>
    sweepServices(shares, needles, {
      note: (done, total) => note(`tables and topics: ${done} of ${total}`),
    }),
  );
  const pages = await terminal.step('pages of the services', () => sweepPages(services, search));
  const run = readRunFile(home);
  const mails = run?.mail?.state === 'ready' ? [await sweepMails(run.origin, search)] : [];
  const progress = filesProgress();
  const files = await sweepFiles(home.root, search, progress);
  progress.end();
  return [...remote, ...pages, ...mails, ...files];
};

const elsewhereLine = (home: Home): string | undefined => {
  const run = readRunFile(home);
  const isElsewhere = [
    ...(run?.database === 'external' ? ["PostgreSQL's"] : []),
    ...(run?.messageLog === 'kafka' && !run.stores.some(({ name }) => name === 'Kafka')
      ? ["Kafka's"]
      : []),
  ];
  if (isElsewhere.length === 0) return undefined;
  return `${isElsewhere.join(' and ')} own files are not below ${home.root}: they were not looked through`;
};

/**
 * `tact sweep`: looks for a person's traces in every table, topic, file and page of the running platform. Throws
 * `Refusal`, exit code 1, when there is one, when a place cannot be read, or when a planted canary is not found.
 */
export const sweep = async (
  options: SweepOptions,
  { home, terminal }: { home: Home; terminal: Terminal },
): Promise<void> => {
  const needles = needlesOf(options);
  if (!options.canary && needles.length === 0) {
    throw new Refusal('Say what to look for: --corpus, --identities <file>, or --canary alone.');
  }
  const services = upstreamsOf(home);
  const shares = await sharesOf(services);
  if (options.canary) {
    const kinds = await terminal.step('a planted canary', () => proveSight(home, services, shares));
    terminal.line(`    found in every variant and removed again: ${kinds.join(', ')}`);
  }
  if (needles.length === 0) return;
  const search = new TraceSearch(needles, digest);
  terminal.line(
    `  ${needleLine(needles, search.tooShort.length)}, ${search.patterns.length} variants`,
  );
  const swept = await sweepAll({ home, services, shares }, needles, { terminal, search });
  for (const line of ['', ...sweptLines(swept), '']) terminal.line(line);
  const elsewhere = elsewhereLine(home);
  if (elsewhere !== undefined) terminal.warn(elsewhere);
  refuseTraces(swept, needles, terminal);
  terminal.line('no trace was found');
};

const refuseTraces = (
  swept: readonly Swept[],
  needles: readonly Needle[],
  terminal: Terminal,
): void => {
  const traced = swept.filter(({ hits }) => hits.length > 0);
  if (traced.length > 0) {
    for (const line of hitLines(traced, needles)) terminal.line(line);
    throw new Refusal(`${traced.length} places hold traces of a person.`);
  }
  const unreadable = unreadableNames(swept);
  if (unreadable.length > 0) {
    throw new Refusal(
      `No trace was found, but ${unreadable.length} places could not be read: ${unreadable.slice(0, 5).join(', ')}.`,
    );
  }
};
