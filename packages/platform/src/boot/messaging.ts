import { topics } from '@tact/contracts';
import type { PlatformConfig } from '../config/config.ts';
import type { Consumer } from '../consumer/consumer.ts';
import { PostgresLog } from '../log/postgres-log/postgres-log.ts';
import type { MessageLog, TopicSpec } from '../log/port.ts';
import type { Health } from '../observability/health.ts';
import type { Log } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Closers } from './closers.ts';
import type { ServiceDefinition } from './service-definition.ts';
import type { Storage } from './storage.ts';

export type MessagingOptions = {
  readonly config: PlatformConfig;
  readonly definition: ServiceDefinition;
  readonly storage: Storage;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly closers: Closers;
};

const dayMs = 86_400_000;

const topicSpecs = ({ TACT_PROFILE }: PlatformConfig): TopicSpec[] =>
  Object.entries(topics).map(([name, { partitions, retentionDays, cleanupPolicy }]) => ({
    name,
    partitions: partitions[TACT_PROFILE],
    retentionMs: retentionDays * dayMs,
    cleanupPolicy,
  }));

/** The service's side of the log: its relay publishes what was appended, its consumers read. */
export class Messaging {
  readonly log: MessageLog;
  readonly failed: Promise<Error>;
  readonly #options: MessagingOptions;

  private constructor(log: MessageLog, options: MessagingOptions) {
    this.log = log;
    this.#options = options;
    this.failed = new Promise(() => undefined);
  }

  static async open(options: MessagingOptions): Promise<Messaging> {
    const { config, log, closers, definition } = options;
    const opened = await PostgresLog.open({
      url: config.DATABASE_URL,
      lines: log,
      applicationName: `tact-${definition.name}-log`,
    });
    closers.add('log', () => opened.stop({ drainMs: 5000 }));
    return new Messaging(opened, options);
  }

  async start(_consumers: readonly Consumer[]): Promise<void> {
    await this.log.admin.ensureTopics(topicSpecs(this.#options.config));
  }

  settled(_timeoutMs: number): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
