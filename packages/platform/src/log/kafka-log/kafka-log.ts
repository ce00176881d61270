import type { Kafka } from 'kafkajs';
import { MessageLog } from '../port.ts';
import type { BatchHandler, LogRecord, SubscribeOptions, Subscription } from '../port.ts';
import { KafkaLogAdmin } from './admin.ts';
import { fewRetries, kafkaClient, manyRetries } from './client.ts';
import type { KafkaLogOptions } from './client.ts';
import { Publisher } from './publisher.ts';
import { KafkaSubscription } from './subscription.ts';

/** The message log on Apache Kafka, over kafkajs 2.2.4, which is used nowhere outside this folder. */
export class KafkaLog extends MessageLog {
  readonly admin: KafkaLogAdmin;
  readonly #consumers: Kafka;
  readonly #options: KafkaLogOptions;
  readonly #publisher: Publisher;
  readonly #subscriptions = new Set<Subscription>();

  private constructor(options: KafkaLogOptions) {
    super();
    this.#options = options;
    const kafka = kafkaClient(options, fewRetries);
    this.#consumers = kafkaClient(options, manyRetries);
    this.admin = new KafkaLogAdmin(kafka, options.replicationFactor);
    this.#publisher = new Publisher(kafka, options.lines);
  }

  /** Connects lazily: a service starts, and answers, while its broker is away. */
  static open(options: KafkaLogOptions): KafkaLog {
    return new KafkaLog(options);
  }

  publish(records: readonly LogRecord[]): Promise<void> {
    return this.#publisher.publish(records);
  }

  async subscribe(options: SubscribeOptions, handle: BatchHandler): Promise<Subscription> {
    // A broker that is away is told here, within seconds; later a consumer waits for it patiently.
    for (const topic of options.topics) await this.admin.partitions(topic);
    await this.admin.refuseGone(options);
    const subscription = new KafkaSubscription({
      ...options,
      kafka: this.#consumers,
      lines: this.#options.lines,
      handle,
    });
    await subscription.start();
    this.#subscriptions.add(subscription);
    return subscription;
  }

  async stop(options: { drainMs: number }): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop(options)));
    await Promise.all([this.#publisher.stop(), this.admin.stop()]);
  }
}
