import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { ConsumerRunner, KafkaLog, MessageLog, PostgresLog, Relay } from '@tact/platform';
import type { BatchHandler, ConsumedEvent, LogRecord, Queryable } from '@tact/platform';
import { HOUR_MS } from '@tact/contracts';
import type { Bench, BenchCase, BenchResult } from '../bench.ts';
import { withKafka } from '../kafka-server.ts';
import { Latencies } from '../load.ts';
import { silent } from './relay.ts';

const PER_SECOND = 200;
const PARTITIONS = 6;
const WARM_MS = 2_000;

/** Starts work at a steady rate whether or not earlier work is done: a slow answer delays nobody's start. */
const steady = async (ms: number, work: (nth: number) => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  const running: Promise<unknown>[] = [];
  const count = Math.floor((ms * PER_SECOND) / 1_000);
  for (let nth = 0; nth < count; nth += 1) {
    const dueMs = startedAt + (nth * 1_000) / PER_SECOND - performance.now();
    if (dueMs > 0) await pause(dueMs);
    running.push(work(nth));
  }
  await Promise.all(running);
  return (count * 1_000) / (performance.now() - startedAt);
};

/** Notes the lag of every record once its batch is through, its transaction committed. */
class TimedLog extends MessageLog {
  readonly admin;
  readonly latencies = new Latencies();
  readonly #log: MessageLog;
  #since = Number.POSITIVE_INFINITY;
  handled = 0;

  constructor(log: MessageLog) {
    super();
    this.#log = log;
    this.admin = log.admin;
  }

  /** What was appended before is warming up. */
  begin(): void {
    this.#since = performance.now();
  }

  publish(records: readonly LogRecord[]): Promise<void> {
    return this.#log.publish(records);
  }

  subscribe(options: Parameters<MessageLog['subscribe']>[0], handle: BatchHandler) {
    return this.#log.subscribe(options, async (records, context) => {
      await handle(records, context);
      const now = performance.now();
      for (const { value } of records) {
        const { at } = JSON.parse(value.toString()) as { at: number };
        this.handled += 1;
        if (at >= this.#since) this.latencies.record(now - at);
      }
    });
  }

  stop(options: { drainMs: number }): Promise<void> {
    return this.#log.stop(options);
  }
}

type Appended = { readonly at: number; readonly nth: number; readonly note: string };

const upsert = async (tx: Queryable, events: readonly ConsumedEvent[]): Promise<void> => {
  const latest = new Map(events.map(({ subject, data }) => [subject, data]));
  await tx.query(
    `INSERT INTO latest SELECT * FROM unnest($1::text[], $2::text[])
     ON CONFLICT (contact) DO UPDATE SET data = EXCLUDED.data`,
    [[...latest.keys()], [...latest.values()].map((data) => JSON.stringify(data))],
  );
};

/** Of these contacts one event fails for ever, each at another time; all its later events are parked behind it. */
const poisoned = new Map(
  [13, 31, 57, 78].map((who, nth) => [`contact-${who}`, 500 + 100 * nth + who]),
);

const failing = async (tx: Queryable, events: readonly ConsumedEvent[]): Promise<void> => {
  const isPoison = ({ subject, data }: ConsumedEvent): boolean =>
    (data as Appended).nth === poisoned.get(subject);
  if (events.some(isPoison)) throw new Error('This one fails for ever.');
  await upsert(tx, events);
};

/** Append, relay, log, consumer, row: from the call of append to the commit of the effect. */
const endToEnd = async (
  bench: Bench,
  opened: MessageLog,
  handle = upsert,
): Promise<Latencies & { rate: number }> => {
  const { database, store, raw } = await bench.scratch({ poolSize: 10 });
  await raw.query(
    'CREATE TABLE latest (contact text PRIMARY KEY, data text) WITH (fillfactor = 50)',
  );
  const run = randomBytes(4).toString('hex');
  const topic = `bench-${run}`;
  const log = new TimedLog(opened);
  await log.admin.ensureTopics([
    { name: topic, partitions: PARTITIONS, retentionMs: HOUR_MS, cleanupPolicy: 'delete' },
  ]);
  const relay = new Relay({ database, store, log, lines: silent, topicOf: () => topic });
  const consumer = new ConsumerRunner({
    database,
    log,
    lines: silent,
    validate: (_type, data) => ({ data: data as object }),
    consumer: { group: `bench-${run}`, topics: [topic], types: ['SignalRecorded'], handle },
  });
  relay.start();
  await consumer.start();
  let appended = 0;
  const append = (nth: number): Promise<unknown> => {
    appended += 1;
    const subject = `contact-${nth % 100}`;
    const data: Appended = { at: performance.now(), nth, note: 'x'.repeat(150) };
    return store.append({
      stream: subject,
      expected: 'any',
      events: [{ type: 'SignalRecorded', data }],
      context: { tenantId: 'tenant', subject },
    });
  };
  await steady(WARM_MS, append);
  log.begin();
  const rate = await steady(bench.seconds * 1_000, append);
  for (let tries = 0; log.handled < appended && tries < 200; tries += 1) await pause(50);
  await consumer.stop({ drainMs: 1_000 });
  await relay.stop();
  await log.stop({ drainMs: 1_000 });
  return Object.assign(log.latencies, { rate });
};

const onPostgres = async (bench: Bench): Promise<BenchResult[]> => {
  const log = await PostgresLog.open({ url: bench.url, lines: silent });
  const lag = await endToEnd(bench, log);
  return [
    {
      name: 'append to read model, PostgreSQL log',
      against: `${PER_SECOND} a second`,
      unit: 'events/s',
      ours: lag.rate,
      p50Ms: lag.percentileMs(50),
      p99Ms: lag.percentileMs(99),
      p50FloorMs: 15,
      p99FloorMs: 60,
    },
  ];
};

/** Demand T6: whoever shares a partition with poison waits less than two seconds for it. */
const besidePoison = async (bench: Bench): Promise<BenchResult[]> => {
  const log = await PostgresLog.open({ url: bench.url, lines: silent });
  const lag = await endToEnd(bench, log, failing);
  return [
    {
      name: 'append to read model beside poison, PostgreSQL log; the longest for p99',
      against: `${PER_SECOND} a second`,
      unit: 'events/s',
      ours: lag.rate,
      p50Ms: lag.percentileMs(50),
      p99Ms: lag.percentileMs(100),
      p99FloorMs: 2_000,
    },
  ];
};

const onKafka = (bench: Bench): Promise<readonly BenchResult[]> => {
  return withKafka(async (brokers): Promise<BenchResult[]> => {
    const raw = await rawLag(bench, brokers);
    const lag = await endToEnd(bench, KafkaLog.open({ brokers, clientId: 'bench', lines: silent }));
    const unit = 'events/s';
    const against = `${PER_SECOND} a second`;
    const percentiles = (measured: Latencies) => ({
      p50Ms: measured.percentileMs(50),
      p99Ms: measured.percentileMs(99),
    });
    return [
      { name: 'raw produce to consume, Kafka', against, unit, ours: raw.rate, ...percentiles(raw) },
      {
        name: 'append to read model, Kafka',
        against,
        unit,
        ours: lag.rate,
        ...percentiles(lag),
        p50FloorMs: raw.percentileMs(50) + 15,
        p99FloorMs: 100,
      },
    ];
  });
};

/** One message per send, no database: the least a record takes through kafkajs and the broker. */
const rawLag = async (
  bench: Bench,
  brokers: readonly string[],
): Promise<Latencies & { rate: number }> => {
  const topic = `raw-${randomBytes(4).toString('hex')}`;
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic, numPartitions: PARTITIONS }],
    waitForLeaders: true,
  });
  await admin.disconnect();
  const latencies = new Latencies();
  let since = Number.POSITIVE_INFINITY;
  const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      const at = Number(message.value?.toString());
      if (at >= since) latencies.record(performance.now() - at);
      return Promise.resolve();
    },
  });
  const producer = kafka.producer({
    createPartitioner: () => (args) => args.message.partition ?? 0,
  });
  await producer.connect();
  const send = (nth: number): Promise<unknown> =>
    producer.send({
      topic,
      acks: -1,
      messages: [{ partition: nth % PARTITIONS, value: String(performance.now()) }],
    });
  await steady(WARM_MS, send);
  since = performance.now();
  const rate = await steady((bench.seconds * 1_000) / 2, send);
  await pause(500);
  await producer.disconnect();
  await consumer.disconnect();
  return Object.assign(latencies, { rate });
};

export const cases: readonly BenchCase[] = [
  { name: 'lag', run: onPostgres },
  { name: 'lag-poison', run: besidePoison },
  { name: 'lag-kafka', run: onKafka },
];
