import { topics, type TopicDefinition } from '@tact/contracts';
import type { Consumer } from '../consumer/consumer.ts';
import { ProblemError } from '../http/problem-error.ts';
import type { PartitionLag } from '../log/port.ts';
import type { ReadModel } from './read-models.ts';

const named: Readonly<Record<string, TopicDefinition>> = topics;

const keptOf = (topic: string): string => {
  const { cleanupPolicy, retentionDays } = named[topic] ?? {};
  const kept = cleanupPolicy === 'compact' ? 'the latest of each key' : `${retentionDays} days`;
  return `${topic} keeps ${kept}`;
};

/** Why rows made of the log cannot be made again: the sentence names each topic and what it still holds. */
export const whyNotOf = (consumed: readonly string[]): string =>
  `Its rows come from other services, and the log forgets: ${consumed.map(keptOf).join('; ')}. Restore a backup instead.`;

/** What a consumer group keeps, as the registry shows it. */
export const readModelOfLog = (
  { group, topics: consumed }: Pick<Consumer, 'group' | 'topics'>,
  partitions: () => Promise<readonly PartitionLag[]> | undefined,
): ReadModel => ({
  name: group,
  show: async () => {
    const lags = await partitions()?.catch(() => undefined);
    return {
      name: group,
      source: 'log',
      state: 'current',
      ...(lags === undefined ? {} : { lag: lags.reduce((sum, { lag }) => sum + lag, 0) }),
      rebuildable: false,
      whyNot: whyNotOf(consumed),
    };
  },
  rebuild: () => Promise.reject(new ProblemError('unprocessable', { detail: whyNotOf(consumed) })),
  find: () => Promise.resolve(undefined),
});
