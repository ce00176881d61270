import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { ImportAccepted, ImportProgress, type ImportType } from '@tact/contracts';
import { Client } from 'pg';
import { type Bench, type BenchCase, type BenchResult, interleave } from '../bench.ts';
import { closedLoop, repeated } from '../load.ts';
import { appendOf } from '../raw-table.ts';
import {
  benchKey,
  peakMemoryMb,
  serviceWarmUpSeconds,
  type ServiceProcess,
  startService,
  withPlace,
} from '../service-process.ts';

/** What an import is measured against: as many events in clear, appended and no more. */
const batch = 1_000;
const authorization = `Bearer ${benchKey}`;
const dayMs = 86_400_000;

/** Uploads lines as they are made; resolves with the id of the import once they are all durable. */
async function upload(
  { port }: ServiceProcess,
  type: ImportType,
  lines: Iterable<string>,
): Promise<string> {
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = { authorization, 'content-type': 'application/x-ndjson' };
    const path = `/v1/imports?type=${type}`;
    const posting = request({ port, path, method: 'POST', headers }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(text));
    });
    posting.once('error', reject);
    Readable.from(lines, { highWaterMark: 64 }).pipe(posting);
  });
  return ImportAccepted.parse(JSON.parse(answer)).importId;
}

async function judged({ port }: ServiceProcess, importId: string): Promise<ImportProgress> {
  for (;;) {
    const url = `http://127.0.0.1:${port}/v1/imports/${importId}`;
    const answer = await fetch(url, { headers: { authorization } });
    const progress = ImportProgress.parse(await answer.json());
    if (progress.state === 'finished') return progress;
    await pause(20);
  }
}

/** How a CRM exports them: each person's history after the other's, or all of them as time went. */
type Order = 'by person' | 'by time';
type Story = { readonly people: readonly string[]; readonly each: number; readonly order: Order };

/** `each` facts of every person over sixty days: a message is sent, and delivered. */
function* signalLines({ people, each, order }: Story): Generator<string> {
  const from = Date.now() - 60 * dayMs;
  const count = people.length * each;
  for (let nth = 0; nth < count; nth += 1) {
    const [person, fact] =
      order === 'by person'
        ? [Math.floor(nth / each), nth % each]
        : [nth % people.length, Math.floor(nth / people.length)];
    const crmId = people[person] ?? '';
    const kind = fact % 2 === 0 ? 'message-sent' : 'message-delivered';
    const occurredAt = new Date(from + (fact * 60 * dayMs) / each + person).toISOString();
    const messageRef = `${crmId}-${Math.floor(fact / 2)}`;
    const line = { id: `${crmId}-${fact}`, contact: { crmId }, kind, occurredAt, messageRef };
    yield `${JSON.stringify(line)}\n`;
  }
}

function* linesOf(people: readonly string[], line: (crmId: string) => object): Generator<string> {
  for (const crmId of people) yield `${JSON.stringify({ id: crmId, ...line(crmId) })}\n`;
}

const consent = {
  ...{ purpose: 'signal-analysis', channel: 'whatsapp', state: 'given' },
  ...{ at: '2026-01-05T09:00:00Z', proof: { source: 'bench' } },
};

/** New people who agreed, imported as a CRM would. */
async function importPeople(ingestion: ServiceProcess, count: number): Promise<readonly string[]> {
  const run = randomUUID();
  const people = Array.from({ length: count }, (_, nth) => `${run}-${nth}`);
  const contacts = linesOf(people, (crmId) => ({ identities: { crmId } }));
  await judged(ingestion, await upload(ingestion, 'contacts', contacts));
  const consents = linesOf(people, (crmId) => ({ contact: { crmId }, ...consent }));
  const { lines } = await judged(ingestion, await upload(ingestion, 'consents', consents));
  if (lines.applied !== count) throw new Error(`only ${lines.applied} people agreed`);
  return people;
}

/**
 * Resolves once scoring holds so many facts, and a likelihood made of each of them. Only when all facts are kept is
 * every row asked how many it was made of: asked all the time, it was an eighth of what the server did.
 */
async function inReadModel(client: Client, count: number): Promise<void> {
  const reached = async (name: string, text: string): Promise<void> => {
    for (;;) {
      const { rows } = await client.query<{ n: string | null }>({ name, text });
      if (Number(rows[0]?.n ?? 0) >= count) return;
      await pause(50);
    }
  };
  await reached('facts_kept', 'SELECT max(position) AS n FROM scoring.facts');
  await reached('facts_assessed', 'SELECT sum(facts) AS n FROM scoring.block_likelihoods');
}

type Running = {
  readonly ingestion: ServiceProcess;
  readonly scoring: ServiceProcess;
  readonly client: Client;
};

const withServices = <T>(bench: Bench, work: (running: Running) => Promise<T>): Promise<T> =>
  withPlace(bench.url, async (place) => {
    const ingestion = await startService('ingestion', place);
    const scoring = await startService('scoring', place);
    const client = new Client({ connectionString: place.databaseUrl });
    await client.connect();
    try {
      return await work({ ingestion, scoring, client });
    } finally {
      await client.end();
      await Promise.all([ingestion.stop(), scoring.stop()]);
    }
  });

const endToEnd = async (bench: Bench, order: Order): Promise<BenchResult> => {
  const { store } = await bench.scratch();
  return withServices(bench, async ({ ingestion, client }) => {
    const [count, each] = [1_000, 20];
    let people: readonly string[] = [];
    let facts = 0;
    const ours = repeated(
      async () => {
        await upload(ingestion, 'signals', signalLines({ people, each, order }));
        facts += count * each;
        await inReadModel(client, facts);
        return count * each;
      },
      async () => {
        people = await importPeople(ingestion, count);
      },
    );
    await ours(serviceWarmUpSeconds * 1_000);
    const measured = await interleave(bench.seconds, {
      raw: closedLoop(1, () => store.appendMany([appendOf(randomUUID(), batch)]), { units: batch }),
      ours,
    });
    const name = `import of signals ${order}, end to end into the read model`;
    const against = `batch append of ${batch}`;
    return { name, against, unit: 'lines/s', ...measured, floor: 0.15, stretch: 0.3 };
  });
};

const megabytesMax = 300;

/** What takes minutes says where it is. */
function noted(what: string, rate: number): number {
  console.log(`  ${what}: ${Math.round(rate).toLocaleString('en')} lines/s`);
  return rate;
}

async function million(bench: Bench): Promise<BenchResult[]> {
  return withServices(bench, async ({ ingestion, client }) => {
    const [people, each] = [await importPeople(ingestion, 20_000), 50];
    const count = people.length * each;
    const begin = performance.now();
    const rateNow = (what: string) => noted(what, (count * 1_000) / (performance.now() - begin));
    const story = { people, each, order: 'by person' } as const;
    const importId = await upload(ingestion, 'signals', signalLines(story));
    const durable = rateNow('durable, sealed');
    const { lines } = await judged(ingestion, importId);
    const applied = rateNow('applied');
    const peak = await peakMemoryMb(ingestion);
    console.log(`  peak memory of ingestion: ${Math.round(peak)} MB`);
    if (lines.applied !== count) throw new Error(`${lines.applied} of ${count} lines were applied`);
    await inReadModel(client, count);
    const rates = { 'durable, sealed': durable, applied, 'in the read model': rateNow('read') };
    const against = `${people.length.toLocaleString('en')} people`;
    return [
      ...Object.entries(rates).map(([what, ours]) => {
        const name = `import of a million signal lines: ${what}`;
        return { name, against, unit: 'lines/s', ours };
      }),
      {
        name: `import of a million signal lines: peak memory of ingestion`,
        ...{ against: `${megabytesMax} MB`, unit: 'MB', ours: peak, raw: megabytesMax },
        ...{ ratio: megabytesMax / peak, floor: 1 },
      },
    ];
  });
}

export const cases: readonly BenchCase[] = [
  {
    name: 'import',
    run: async (bench) => [await endToEnd(bench, 'by person'), await endToEnd(bench, 'by time')],
  },
  { name: 'import-million', onlyWhenNamed: true, run: million },
];
