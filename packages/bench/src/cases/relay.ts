import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { Kafka, logLevel } from 'kafkajs';
import { KafkaLog, MessageLog, Relay } from '@tact/platform';
import type { LogAdmin, LogLines, LogRecord } from '@tact/platform';
import { HOUR_MS } from '@tact/contracts';
import {
  type Bench,
  type BenchCase,
  type BenchResult,
  interleave,
  type Scratch,
} from '../bench.ts';
import { withKafka } from '../kafka-server.ts';
import { repeated } from '../load.ts';
import { appendOf } from '../raw-table.ts';

const EVENTS = 50_000;
const PAGE = 500;
const PARTITIONS = 6;
const SUBJECTS = 500;

const nothing = (): void => undefined;
export const silent: LogLines = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const filled = async (bench: Bench): Promise<Scratch> => {
  const scratch = await bench.scratch();
  for (let from = 0; from < EVENTS; from += 1_000) {
    const appends = Array.from({ length: 1_000 }, (_, nth) => {
      const subject = `contact-${((from + nth) * 7_919) % SUBJECTS}`;
      const append = appendOf(subject);
      return { ...append, context: { ...append.context, subject } };
    });
    await scratch.store.appendMany(appends);
  }
  await scratch.raw.query('VACUUM ANALYZE events');
  return scratch;
};

/** Reads what a relay must know of every event, page after page. */
const keysetRead = async (client: Client): Promise<number> => {
  let count = 0;
  for (let after = 0; ;) {
    const { rows } = await client.query<{ position: number }>({
      name: 'keyset',
      text: `SELECT position, stream, version, event_id, type, schema_version, tenant_id, subject, occurred_at, data, meta
             FROM events WHERE position > $1 ORDER BY position LIMIT ${PAGE}`,
      values: [after],
    });
    count += rows.length;
    after = rows.at(-1)?.position ?? after;
    if (rows.length < PAGE) return count;
  }
};

/** Takes records and forgets them: what is left is the relay's own work. */
class NoLog extends MessageLog {
  readonly admin: LogAdmin = {
    ensureTopics: () => Promise.resolve(),
    partitions: () => Promise.resolve(PARTITIONS),
    lag: () => Promise.resolve([]),
    resetOffsets: () => Promise.resolve(),
    topicNames: () => Promise.resolve([]),
    scan: () => Promise.resolve(),
    dropTopic: () => Promise.resolve(),
  };

  publish(_records: readonly LogRecord[]): Promise<void> {
    return Promise.resolve();
  }

  subscribe(): never {
    throw new Error('nothing is kept here');
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** A relay over all events, from none published to all acknowledged. */
const relayAll = async (
  { database, store, raw }: Scratch,
  log: MessageLog,
  topic: string,
): Promise<number> => {
  const relay = new Relay({
    database,
    store,
    log,
    lines: silent,
    topicOf: () => topic,
    batchMax: PAGE,
  });
  relay.start();
  const { rows } = await raw.query<{ last: number }>('SELECT max(position) AS last FROM events');
  for (let position = 0; position < (rows[0]?.last ?? 0);) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const found = await raw.query<{ position: number }>(
      `SELECT position FROM relay_checkpoint WHERE name = 'relay'`,
    );
    position = found.rows[0]?.position ?? 0;
  }
  await relay.stop();
  return EVENTS;
};

const fromNothing = ({ raw }: Scratch) => raw.query('DELETE FROM relay_checkpoint');

const noOp = async (bench: Bench): Promise<BenchResult[]> => {
  const scratch = await filled(bench);
  const measured = await interleave(bench.seconds, {
    raw: repeated(() => keysetRead(scratch.raw)),
    ours: repeated(
      () => relayAll(scratch, new NoLog(), 'things.v1'),
      () => fromNothing(scratch),
    ),
  });
  const names = { name: 'relay, no-op send', against: 'keyset read', unit: 'events/s' };
  return [{ ...names, ...measured, floor: 0.85, stretch: 0.95 }];
};

const toKafka = (bench: Bench): Promise<readonly BenchResult[]> => {
  return withKafka(async (brokers) => {
    const scratch = await filled(bench);
    const topic = `bench-${randomBytes(4).toString('hex')}`;
    const log = KafkaLog.open({ brokers, clientId: 'bench', lines: silent });
    await log.admin.ensureTopics([
      { name: topic, partitions: PARTITIONS, retentionMs: HOUR_MS, cleanupPolicy: 'delete' },
    ]);
    const producer = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: () => (args) => args.message.partition ?? 0,
    });
    await producer.connect();
    const messages = await recordsOf(scratch, topic);
    const measured = await interleave(bench.seconds, {
      raw: repeated(async () => {
        for (let from = 0; from < messages.length; from += PAGE) {
          const batch = messages.slice(from, from + PAGE);
          await producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages: batch }] });
        }
        return messages.length;
      }),
      ours: repeated(
        () => relayAll(scratch, log, topic),
        () => fromNothing(scratch),
      ),
    });
    await producer.disconnect();
    await log.stop({ drainMs: 1_000 });
    const names = { name: 'relay to Kafka', against: 'raw sendBatch', unit: 'events/s' };
    return [{ ...names, ...measured, floor: 0.6, stretch: 0.8 }];
  });
};

/** The very records of the relay, made beforehand. */
const recordsOf = async (scratch: Scratch, topic: string): Promise<LogRecord[]> => {
  const records: LogRecord[] = [];
  class Keeping extends NoLog {
    override publish(some: readonly LogRecord[]): Promise<void> {
      records.push(...some);
      return Promise.resolve();
    }
  }
  await relayAll(scratch, new Keeping(), topic);
  await fromNothing(scratch);
  return records;
};

export const cases: readonly BenchCase[] = [
  { name: 'relay', run: noOp },
  { name: 'relay-kafka', run: toKafka },
];
