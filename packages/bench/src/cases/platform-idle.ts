import { setTimeout as pause } from 'node:timers/promises';
import type { BenchCase, BenchResult } from '../bench.ts';
import { type Cpu, usedBetween, WholePlatform } from '../whole-platform.ts';

/** What a start leaves to do is done by then: first looks, compilation, the statistics of the tables. */
const SETTLE_MS = 30_000;
const WATCHED_MS = 60_000;
/** Asking for both is a few transactions of our own. */
const OWN_TRANSACTIONS = 3;

const shares = (used: Cpu, ms: number): string =>
  Object.entries(used)
    .map(([name, cpuMs]) => `${name} ${((100 * cpuMs) / ms).toFixed(1)} %`)
    .join(', ');

const idle = async (whole: WholePlatform): Promise<BenchResult[]> => {
  // One person and one fact, so that everything that looks has something it could find.
  const [person] = await whole.register(1);
  if (person === undefined) throw new Error('nobody was registered');
  await pause(SETTLE_MS);
  const before = { cpu: whole.cpu(), transactions: await whole.transactions() };
  const began = performance.now();
  await pause(WATCHED_MS);
  const ms = performance.now() - began;
  const { by, total } = usedBetween(before.cpu, whole.cpu());
  const transactions = (await whole.transactions()) - before.transactions - OWN_TRANSACTIONS;
  console.log(`  ${shares(by, ms)}`);
  const against = 'a minute without calls';
  return [
    { name: 'idle platform: a core', against, unit: '%', ours: (100 * total) / ms, atMost: 3 },
    {
      name: 'idle platform: transactions',
      against,
      unit: 'a second',
      ours: (transactions * 1_000) / ms,
      atMost: 10,
    },
  ];
};

export const cases: readonly BenchCase[] = [
  { name: 'platform-idle', run: () => WholePlatform.with(idle) },
];
