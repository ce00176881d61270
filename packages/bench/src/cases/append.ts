import { randomUUID } from 'node:crypto';
import { type Bench, type BenchCase, type BenchResult, interleave } from '../bench.ts';
import { closedLoop, Latencies } from '../load.ts';
import { appendOf, createRawTable, insertRaw, insertRawBatch } from '../raw-table.ts';

const CALLERS = 16;
const IN_FLIGHT = 128;

const oneCaller = async (bench: Bench): Promise<BenchResult[]> => {
  const { raw, store } = await bench.scratch();
  await createRawTable(raw);
  const measured = await interleave(bench.seconds, {
    raw: closedLoop(1, () => insertRaw(raw, randomUUID())),
    ours: closedLoop(1, () => store.append(appendOf(randomUUID()))),
  });
  const name = 'append 1 event, 1 caller';
  return [
    { name, against: 'raw INSERT', unit: 'events/s', ...measured, floor: 0.75, stretch: 0.85 },
  ];
};

/** Without group commit: each caller on a connection of its own, as raw has it. */
const sixteenCallers = async (bench: Bench): Promise<BenchResult[]> => {
  const { openRaw, store } = await bench.scratch({ poolSize: CALLERS });
  const clients = await Promise.all(Array.from({ length: CALLERS }, () => openRaw()));
  await createRawTable(clients[0]!);
  const measured = await interleave(bench.seconds, {
    raw: closedLoop(CALLERS, (nth) => insertRaw(clients[nth]!, randomUUID())),
    ours: closedLoop(CALLERS, () => store.appendMany([appendOf(randomUUID())])),
  });
  const name = 'append 1 event, 16 callers, no group commit';
  return [
    { name, against: 'raw at 16', unit: 'events/s', ...measured, floor: 0.55, stretch: 0.65 },
  ];
};

const groupCommit = async (bench: Bench): Promise<BenchResult[]> => {
  const { openRaw, store } = await bench.scratch({ commitQueues: 1 });
  const clients = await Promise.all(Array.from({ length: CALLERS }, () => openRaw()));
  await createRawTable(clients[0]!);
  const latencies = new Latencies();
  const measured = await interleave(bench.seconds, {
    raw: closedLoop(CALLERS, (nth) => insertRaw(clients[nth]!, randomUUID())),
    ours: closedLoop(IN_FLIGHT, () => store.append(appendOf(randomUUID())), { latencies }),
  });
  return [
    {
      name: `append, ${IN_FLIGHT} in flight, group commit`,
      against: 'raw at 16',
      unit: 'events/s',
      ...measured,
      floor: 2,
      stretch: 3,
      p50Ms: latencies.percentileMs(50),
      p99Ms: latencies.percentileMs(99),
      p99FloorMs: 25,
    },
  ];
};

const batch =
  (size: number, floor: number, stretch: number) =>
  async (bench: Bench): Promise<BenchResult[]> => {
    const { raw, store } = await bench.scratch();
    await createRawTable(raw);
    const measured = await interleave(bench.seconds, {
      raw: closedLoop(1, () => insertRawBatch(raw, randomUUID(), size), { units: size }),
      ours: closedLoop(1, () => store.append(appendOf(randomUUID(), size)), { units: size }),
    });
    const name = `append a batch of ${size}`;
    return [{ name, against: 'raw batch', unit: 'events/s', ...measured, floor, stretch }];
  };

const manyStreams = async (bench: Bench): Promise<BenchResult[]> => {
  const { raw, store } = await bench.scratch();
  await createRawTable(raw);
  const size = 1_000;
  const appends = (): ReturnType<typeof appendOf>[] =>
    Array.from({ length: size }, () => appendOf(randomUUID()));
  const measured = await interleave(bench.seconds, {
    raw: closedLoop(1, () => insertRawBatch(raw, randomUUID(), size), { units: size }),
    ours: closedLoop(1, () => store.appendMany(appends()), { units: size }),
  });
  const name = 'append 1,000 events to 1,000 new streams';
  return [{ name, against: 'raw batch', unit: 'events/s', ...measured }];
};

export const cases: readonly BenchCase[] = [
  { name: 'append-1', run: oneCaller },
  { name: 'append-16', run: sixteenCallers },
  { name: 'append-group-commit', run: groupCommit },
  { name: 'append-batch-100', run: batch(100, 0.8, 0.9) },
  { name: 'append-batch-1000', run: batch(1_000, 0.9, 1) },
  { name: 'append-many-streams', run: manyStreams },
];
