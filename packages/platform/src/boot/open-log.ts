import { topicCleaning, topics, DAY_MS } from '@tact/contracts';
import type { PlatformConfig } from '../config/config.ts';
import { KafkaLog } from '../log/kafka-log/kafka-log.ts';
import type { MessageLog, TopicSpec } from '../log/port.ts';
import { PostgresLog } from '../log/postgres-log/postgres-log.ts';
import type { Log } from '../observability/logger.ts';

/** Every topic there is, as the contracts have it: a consumer may start before the topic's owner did. */
export const topicSpecs = ({ TACT_PROFILE }: Pick<PlatformConfig, 'TACT_PROFILE'>): TopicSpec[] =>
  Object.entries(topics).map(([name, { partitions, retentionDays, cleanupPolicy }]) => ({
    name,
    partitions: partitions[TACT_PROFILE],
    retentionMs: retentionDays * DAY_MS,
    cleanupPolicy,
    cleaning: topicCleaning,
  }));

/** Kafka where brokers are named, PostgreSQL otherwise. Kafka need not be reachable yet. */
export const openLog = async (
  config: PlatformConfig,
  service: string,
  lines: Log,
): Promise<MessageLog> => {
  const { KAFKA_BROKERS, DATABASE_URL: url } = config;
  if (KAFKA_BROKERS === undefined) {
    return PostgresLog.open({ url, lines, poolSize: 4, applicationName: `tact-${service}-log` });
  }
  const brokers = KAFKA_BROKERS.split(',').map((broker) => broker.trim());
  return KafkaLog.open({ brokers, clientId: `tact-${service}`, lines });
};
