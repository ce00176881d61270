import { setTimeout as pause } from 'node:timers/promises';
import { type Person, statusWebhook, wamidFor } from '@tact/testing/webhook-bodies';
import { type Bench, type BenchCase, type BenchResult, median } from '../bench.ts';
import { closedLoop, Latencies } from '../load.ts';
import { type Cpu, usedBetween, WholePlatform } from '../whole-platform.ts';

const CALLERS = 16;
const PEOPLE = 500;
const ROUNDS = 5;
const PER_SECOND = 40;

const kept = 'SELECT coalesce(max(position), 0) AS n FROM scoring.facts';
const due = 'SELECT -count(*) AS n FROM scoring.due_assessments';

function* webhooks(whole: WholePlatform, people: readonly Person[]): Generator<Buffer> {
  for (let nth = 0; ; nth += 1) {
    const person = people[nth % people.length] as Person;
    const at = Math.floor(Date.now() / 1000);
    const fact = { wamid: wamidFor(person), status: 'sent' as const, at };
    yield whole.signed(statusWebhook(whole.wabaId, person, fact));
  }
}

const reported = (used: Cpu, count: number): string =>
  Object.entries(used)
    .map(([name, ms]) => `${name} ${(ms / count).toFixed(2)}`)
    .join(', ');

/** From the first webhook of a burst until every one of them is in a likelihood. */
const throughput = async (whole: WholePlatform, seconds: number): Promise<BenchResult[]> => {
  const people = await whole.register(PEOPLE);
  const requests = webhooks(whole, people);
  const connections = Array.from({ length: CALLERS }, () => whole.connection());
  const send = (nth: number) =>
    whole.ok(connections[nth] ?? whole.connection(), requests.next().value as Buffer);
  const burst = async (ms: number) => {
    const before = { cpu: whole.cpu(), facts: await whole.number(kept) };
    const began = performance.now();
    const durable = await closedLoop(CALLERS, send)(ms);
    const count = Math.round((durable * ms) / 1_000);
    await whole.until(kept, before.facts + Math.floor(count * 0.98));
    await whole.until(due, 0);
    const { by, total } = usedBetween(before.cpu, whole.cpu());
    const facts = (await whole.number(kept)) - before.facts;
    const tookMs = performance.now() - began;
    console.log(`  ms of processor a webhook: ${reported(by, facts)}`);
    return { durable, read: (facts * 1_000) / tookMs, cpuMs: total / facts };
  };
  await burst(20_000);
  const bursts = [];
  for (let round = 0; round < ROUNDS; round += 1) bursts.push(await burst(seconds * 1_000));
  const against = `${CALLERS} callers, whole platform`;
  return [
    {
      name: 'signed webhook: processor time of all processes',
      against,
      unit: 'ms',
      ours: median(bursts.map(({ cpuMs }) => cpuMs)),
      atMost: 3,
    },
    {
      name: 'signed webhook: durable',
      against,
      unit: 'webhooks/s',
      ours: median(bursts.map(({ durable }) => durable)),
    },
    {
      name: 'signed webhook: into the likelihood',
      against,
      unit: 'webhooks/s',
      ours: median(bursts.map(({ read }) => read)),
      atLeast: 400,
    },
  ];
};

/** Looks at every row of likelihoods each few milliseconds: who has a fact more than at the last look was heard of. */
const lag = async (whole: WholePlatform, seconds: number): Promise<BenchResult[]> => {
  const people = await whole.register(PEOPLE, PEOPLE);
  const requests = webhooks(whole, people);
  const connections = Array.from({ length: CALLERS }, () => whole.connection());
  const latencies = new Latencies();
  const sentAt: number[] = [];
  const first = await whole.number(
    'SELECT coalesce(sum(facts), 0) AS n FROM scoring.block_likelihoods',
  );
  const sending = new AbortController();
  const watch = async (): Promise<void> => {
    for (let seen = 0; !sending.signal.aborted || seen < sentAt.length;) {
      const sum = await whole.number(
        'SELECT coalesce(sum(facts), 0) AS n FROM scoring.block_likelihoods',
      );
      const now = performance.now();
      // Facts of different people come in about the order they were sent in: the nth to arrive is the nth sent.
      for (; seen < sum - first; seen += 1) latencies.record(now - (sentAt[seen] ?? now));
      await pause(2);
    }
  };
  const watching = watch();
  const began = performance.now();
  const running: Promise<unknown>[] = [];
  for (let nth = 0; nth < seconds * PER_SECOND; nth += 1) {
    const dueMs = began + (nth * 1_000) / PER_SECOND - performance.now();
    if (dueMs > 0) await pause(dueMs);
    sentAt.push(performance.now());
    running.push(
      whole.ok(connections[nth % CALLERS] ?? whole.connection(), requests.next().value as Buffer),
    );
  }
  await Promise.all(running);
  sending.abort();
  await watching;
  return [
    {
      name: 'webhook to likelihood, whole platform',
      against: `${PER_SECOND} a second`,
      unit: 'webhooks/s',
      ours: (sentAt.length * 1_000) / (performance.now() - began),
      p50Ms: latencies.percentileMs(50),
      p99Ms: latencies.percentileMs(99),
      p99FloorMs: 60,
    },
  ];
};

export const cases: readonly BenchCase[] = [
  {
    name: 'platform-webhook',
    run: ({ seconds }: Bench) =>
      WholePlatform.with(async (whole) => [
        ...(await throughput(whole, seconds)),
        ...(await lag(whole, seconds * 2)),
      ]),
  },
];
