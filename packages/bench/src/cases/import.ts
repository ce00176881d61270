import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { type Bench, type BenchCase, type BenchResult, interleave } from '../bench.ts';
import {
  type Api,
  importPeople,
  inReadModel,
  judged,
  type Order,
  signalLines,
  upload,
} from '../import-lines.ts';
import { closedLoop, repeated } from '../load.ts';
import { appendOf } from '../raw-table.ts';
import {
  benchKey,
  peakMemoryMb,
  SERVICE_WARM_UP_SECONDS,
  type ServiceProcess,
  startService,
  withPlace,
} from '../service-process.ts';

/** What an import is measured against: as many events in clear, appended and no more. */
const BATCH = 1_000;
const apiOf = ({ port }: ServiceProcess): Api => ({ port, authorization: `Bearer ${benchKey}` });

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
        await upload(apiOf(ingestion), 'signals', signalLines({ people, each, order }));
        facts += count * each;
        await inReadModel(client, facts);
        return count * each;
      },
      async () => {
        people = await importPeople(apiOf(ingestion), count);
      },
    );
    await ours(SERVICE_WARM_UP_SECONDS * 1_000);
    const measured = await interleave(bench.seconds, {
      raw: closedLoop(1, () => store.appendMany([appendOf(randomUUID(), BATCH)]), { units: BATCH }),
      ours,
    });
    const name = `import of signals ${order}, end to end into the read model`;
    const against = `batch append of ${BATCH}`;
    return { name, against, unit: 'lines/s', ...measured, floor: 0.15, stretch: 0.3 };
  });
};

const MEGABYTES_MAX = 300;

/** What takes minutes says where it is. */
const noted = (what: string, rate: number): number => {
  console.log(`  ${what}: ${Math.round(rate).toLocaleString('en')} lines/s`);
  return rate;
};

const million = async (bench: Bench): Promise<BenchResult[]> => {
  return withServices(bench, async ({ ingestion, client }) => {
    const [people, each] = [await importPeople(apiOf(ingestion), 20_000), 50];
    const count = people.length * each;
    const begin = performance.now();
    const rateNow = (what: string) => noted(what, (count * 1_000) / (performance.now() - begin));
    const story = { people, each, order: 'by person' } as const;
    const importId = await upload(apiOf(ingestion), 'signals', signalLines(story));
    const durable = rateNow('durable, sealed');
    const { lines } = await judged(apiOf(ingestion), importId);
    const applied = rateNow('applied');
    const peak = await peakMemoryMb(ingestion);
    console.log(`  peak memory of ingestion: ${Math.round(peak)} MB`);
    if (lines.accepted !== count) throw new Error(`${lines.accepted} of ${count} were accepted`);
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
        against: `${MEGABYTES_MAX} MB`,
        unit: 'MB',
        ours: peak,
        raw: MEGABYTES_MAX,
        ratio: MEGABYTES_MAX / peak,
        floor: 1,
      },
    ];
  });
};

export const cases: readonly BenchCase[] = [
  {
    name: 'import',
    run: async (bench) => [await endToEnd(bench, 'by person'), await endToEnd(bench, 'by time')],
  },
  { name: 'import-million', onlyWhenNamed: true, run: million },
];
