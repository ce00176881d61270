import { CompressionTypes } from 'kafkajs';
import type { Kafka, Message, Producer, TopicMessages } from 'kafkajs';
import type { LogLines } from '../log-lines.ts';
import type { LogRecord } from '../port.ts';
import { fewRetries } from './client.ts';
import { hourOf } from '../../event-store/hour.ts';
import { within } from './within.ts';

/** A broker refuses a batch of one partition above `max.message.bytes`; a larger record travels alone. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
const BATCH_RECORDS_MAX = 5_000;
const ACK_TIMEOUT_MS = 15_000;

/** One idempotent producer, one awaited sendBatch at a time. */
export class Publisher {
  readonly #kafka: Kafka;
  readonly #lines: LogLines;
  #producer: Promise<Producer> | undefined;
  #lastSend: Promise<unknown> = Promise.resolve();

  constructor(kafka: Kafka, lines: LogLines) {
    this.#kafka = kafka;
    this.#lines = lines;
  }

  publish(records: readonly LogRecord[]): Promise<void> {
    const turn = this.#lastSend.then(() => this.#send(records));
    this.#lastSend = turn.catch(() => undefined);
    return turn;
  }

  async stop(): Promise<void> {
    await this.#lastSend;
    const producer = await this.#producer?.catch(() => undefined);
    this.#producer = undefined;
    if (producer) await within(producer.disconnect(), 5_000);
  }

  async #send(records: readonly LogRecord[]): Promise<void> {
    for (const batch of batches(records)) {
      try {
        const producer = await this.#connected();
        await producer.sendBatch({
          acks: -1,
          timeout: ACK_TIMEOUT_MS,
          compression: CompressionTypes.None,
          topicMessages: byTopic(batch),
        });
      } catch (error) {
        this.#discard();
        const { name, type } = error as { name?: string; type?: string };
        const what = `${batch.length} records were not acknowledged by Kafka (${type ?? name})`;
        throw new Error(`${what}: they may be there or not, publish them again.`, { cause: error });
      }
    }
  }

  #connected(): Promise<Producer> {
    this.#producer ??= this.#connect();
    return this.#producer;
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // A partitioner is asked even when the message names its partition.
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
      retry: fewRetries,
    });
    await producer.connect();
    return producer;
  }

  /**
   * After any failure the producer goes. It would reuse the sequence numbers of a batch whose fate is not
   * known, and the broker would drop other records under these numbers as duplicates (and it never gets over
   * UNKNOWN_TOPIC or a lost producer id).
   */
  #discard(): void {
    const old = this.#producer;
    this.#producer = undefined;
    void old
      ?.then((producer) => within(producer.disconnect(), 5_000))
      .catch(() => this.#lines.debug({}, 'a discarded producer did not disconnect'));
  }
}

function* batches(records: readonly LogRecord[]): Generator<readonly LogRecord[]> {
  let from = 0;
  let bytes = 0;
  for (const [nth, { value }] of records.entries()) {
    const full = bytes + value.length > BATCH_BYTES_MAX || nth - from >= BATCH_RECORDS_MAX;
    if (full && nth > from) {
      yield records.slice(from, nth);
      from = nth;
      bytes = 0;
    }
    bytes += value.length;
  }
  if (from < records.length) yield records.slice(from);
}

const byTopic = (records: readonly LogRecord[]): TopicMessages[] => {
  const topics = new Map<string, Message[]>();
  // The instant of publishing follows a person's act within milliseconds: a record tells the hour, as an event does.
  const timestamp = String(hourOf(Date.now()));
  for (const { topic, partition, key, headers, value } of records) {
    const messages = topics.get(topic);
    const message: Message = { partition, key, headers, value, timestamp };
    if (messages === undefined) topics.set(topic, [message]);
    else messages.push(message);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
};
