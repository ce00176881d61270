import { type TopicDefinition, topics } from '@tact/contracts';
import type { Consumer } from '../consumer/consumer.ts';
import type { BehindConsumers } from '../consumer/behind-consumers.ts';
import { ConsumerRunner } from '../consumer/consumer-runner.ts';
import type { MessageLog } from '../log/port.ts';
import type { Log } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { describeError } from '../observability/redaction.ts';
import type { EventSource, Projection } from '../projection/projection.ts';
import { sourceOf } from '../projection/projection.ts';
import { ProjectionRunner } from '../projection/runner.ts';
import { ProjectionUpkeep } from '../projection/upkeep.ts';
import type { ReadModels } from '../projection/read-models.ts';
import type { BackgroundWorker } from './background-worker.ts';
import { FollowedConsumer } from './followed-consumer.ts';
import { knownTypes, openedFor, validateByContracts } from './opened-events.ts';
import type { ParkedRecords } from './parked-records.ts';
import type { Storage } from './storage.ts';

export type Workplace = {
  readonly storage: Storage;
  /** The service's events, for projections that rest. */
  readonly shared: EventSource;
  readonly messageLog: MessageLog;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly parkedRecords: ParkedRecords;
  readonly readModels: ReadModels;
  readonly behind: BehindConsumers;
};

const compacted: ReadonlySet<string> = new Set(
  Object.entries(topics).flatMap(([name, { cleanupPolicy }]: [string, TopicDefinition]) =>
    cleanupPolicy === 'compact' ? [name] : [],
  ),
);

export const startConsumer = async (
  consumer: Consumer,
  { storage, messageLog, log, metrics, parkedRecords, behind }: Workplace,
): Promise<FollowedConsumer> => {
  const runner = new ConsumerRunner({
    database: storage.database,
    log: messageLog,
    consumer: openedFor(consumer, storage.vault.sealer),
    validate: validateByContracts,
    knownTypes,
    lines: log,
    metrics,
    compacted,
  });
  const followed = new FollowedConsumer({ runner, behind, database: storage.database, log });
  await followed.start();
  parkedRecords.watch(runner);
  return followed;
};

export const startProjection = (
  projection: Projection,
  { storage, shared, log, readModels }: Workplace,
): BackgroundWorker => {
  const { name } = projection;
  const own = sourceOf(storage.store);
  const upkeep = new ProjectionUpkeep({
    database: storage.database,
    projection,
    log,
    source: projection.restMs === undefined ? own : shared,
    rebuildSource: own,
    countErasures: (tx) => storage.vault.countErasures(tx),
  });
  readModels.add(upkeep);
  upkeep.start();
  const died = new Promise<Error>((resolve) => {
    upkeep.done.catch((error: unknown) => resolve(error as Error));
  });
  return {
    name,
    lag: async () => (await upkeep.lag()).lag,
    parked: () => Promise.resolve(0),
    trouble: () => upkeep.trouble(),
    stop: () => upkeep.stop(),
    died,
  };
};

export const startReaction = (
  following: Projection,
  { storage, shared, log }: Workplace,
): BackgroundWorker => {
  const { name } = following;
  const runner = new ProjectionRunner({
    database: storage.database,
    source: shared,
    projection: following,
    onFailure: (error) => {
      log.warn({ reaction: name, error: describeError(error) }, 'a reaction failed; again soon');
    },
  });
  runner.start();
  const died = new Promise<Error>((resolve) => {
    runner.done.catch((error: unknown) => resolve(error as Error));
  });
  return {
    name,
    lag: async () => (await runner.lag()).lag,
    parked: () => Promise.resolve(0),
    stop: () => runner.stop(),
    died,
  };
};
