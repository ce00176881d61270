import { kafkaAvailable } from '@tact/infra';
import { RunningPlatform } from '@tact/testing/running-platform';
import type { BenchCase, BenchResult } from '../bench.ts';
import { Latencies } from '../load.ts';

const ROUNDS = 3;

/** From the command to `tact is ready`, on an empty data folder, with everything installed and built. */
const coldStart = async (name: string, args: readonly string[], msMax: number) => {
  const latencies = new Latencies();
  for (let round = 0; round < ROUNDS; round += 1) {
    const platform = new RunningPlatform(args);
    const begin = performance.now();
    await platform.start();
    latencies.record(performance.now() - begin);
    await platform.stop();
    platform.remove();
  }
  const p50Ms = latencies.percentileMs(50);
  const result: BenchResult = {
    name,
    against: 'a limit',
    unit: 'starts/s',
    ours: 1_000 / p50Ms,
    p50Ms,
    p99Ms: latencies.percentileMs(99),
    p99FloorMs: msMax,
  };
  return [result];
};

export const cases: readonly BenchCase[] = [
  {
    name: 'cold-start',
    run: () => coldStart('cold start to ready, PostgreSQL log', [], 10_000),
  },
  {
    name: 'cold-start-kafka',
    run: async () => {
      const able = kafkaAvailable();
      if (!able.available) {
        console.log(`cold-start-kafka skipped: ${able.why}`);
        return [];
      }
      return coldStart('cold start to ready, Kafka', ['--kafka'], 40_000);
    },
  },
];
