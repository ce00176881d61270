// Node finds only some of kafkajs's names when it is imported by name; these are not among them.
import kafkajs from 'kafkajs';
import type { Admin, DescribeConfigResponse } from 'kafkajs';
import { TopicDrift } from '../port.ts';
import type { TopicSpec } from '../port.ts';

/** A record of 10 MB must reach the consumer that parks it: Kafka's own limit would stop the whole outbox instead. */
const RECORD_BYTES_MAX = 12 * 1024 * 1024;

const topicType = kafkajs.ConfigResourceTypes.TOPIC;

type Setting = DescribeConfigResponse['resources'][number]['configEntries'][number];

/** A topic's settings as Kafka names and writes them. */
export const settingsOf = (spec: TopicSpec): ReadonlyMap<string, string> => {
  const { retentionMs, cleanupPolicy, cleaning } = spec;
  const cleaned: readonly (readonly [string, number])[] =
    cleaning === undefined
      ? []
      : [
          ['segment.ms', cleaning.segmentMs],
          ['max.compaction.lag.ms', cleaning.maxCompactionLagMs],
          ['min.cleanable.dirty.ratio', cleaning.minCleanableDirtyRatio],
          ['delete.retention.ms', cleaning.deleteRetentionMs],
        ];
  return new Map([
    ['retention.ms', String(retentionMs)],
    ['cleanup.policy', cleanupPolicy],
    ['max.message.bytes', String(RECORD_BYTES_MAX)],
    ...cleaned.map(([name, value]) => [name, String(value)] as const),
  ]);
};

/** Set on the topic itself: by us when it was made, or by a person since. */
const isOwn = ({ configSource }: Setting): boolean =>
  configSource === kafkajs.ConfigSource.TOPIC_CONFIG;

/**
 * Refuses a topic that somebody gave another shape. What nobody set is no drift: a topic of an earlier release, which
 * knew fewer settings, gets those of this one.
 */
export const holdToShape = async (admin: Admin, spec: TopicSpec): Promise<void> => {
  const { name, partitions } = spec;
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: topicType, name }],
  });
  const found = topics[0]?.partitions.length;
  const own = (resources[0]?.configEntries ?? []).filter(isOwn);
  const set = new Map(own.map(({ configName, configValue }) => [configName, configValue]));
  const asked = [...settingsOf(spec)];
  const wrong = [
    ...(found === partitions ? [] : [`partitions is ${found}, the contracts say ${partitions}`]),
    ...asked.flatMap(([setting, value]) => {
      const is = set.get(setting);
      return is === undefined || is === value
        ? []
        : [`${setting} is ${is}, the contracts say ${value}`];
    }),
  ];
  if (wrong.length > 0) {
    throw new TopicDrift(
      `Topic ${name}: ${wrong.join('; ')}. Nothing was changed: make a topic with a new name, or correct the contracts.`,
    );
  }
  if (asked.every(([setting]) => set.has(setting))) return;
  // Kafka takes the whole of a topic's own settings, and forgets those it is not told.
  const all = new Map([...set, ...asked]);
  const configEntries = [...all].map(([setting, value]) => ({ name: setting, value }));
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: topicType, name, configEntries }],
  });
};
