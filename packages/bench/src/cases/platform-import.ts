import { randomUUID } from 'node:crypto';
import { type Bench, type BenchCase, type BenchResult, interleave } from '../bench.ts';
import { importPeople, inReadModel, signalLines, upload } from '../import-lines.ts';
import { closedLoop, repeated } from '../load.ts';
import { appendOf } from '../raw-table.ts';
import { WholePlatform } from '../whole-platform.ts';

const PEOPLE = 500;
const EACH = 20;
const BATCH = 1_000;

/** Every service runs, and the gateway before them; the raw side is an event store of its own on another server. */
const endToEnd = async (bench: Bench, whole: WholePlatform): Promise<BenchResult[]> => {
  const { store } = await bench.scratch();
  let people: readonly string[] = [];
  let facts = 0;
  const ours = repeated(
    async () => {
      await upload(whole.api, 'signals', signalLines({ people, each: EACH, order: 'by time' }));
      facts += PEOPLE * EACH;
      await inReadModel(whole.sql, facts);
      return PEOPLE * EACH;
    },
    async () => {
      people = await importPeople(whole.api, PEOPLE);
    },
  );
  await ours(10_000);
  const raw = closedLoop(1, () => store.appendMany([appendOf(randomUUID(), BATCH)]), {
    units: BATCH,
  });
  const measured = await interleave(bench.seconds, { raw, ours });
  return [
    {
      name: 'import of signals by time, whole platform',
      against: `batch append of ${BATCH}`,
      unit: 'lines/s',
      ...measured,
      floor: 0.15,
      stretch: 0.3,
    },
  ];
};

export const cases: readonly BenchCase[] = [
  {
    name: 'platform-import',
    run: (bench) => WholePlatform.with((whole) => endToEnd(bench, whole)),
  },
];
