import { setTimeout as pause } from 'node:timers/promises';
import { ReportedActs } from '../acts/reported-acts.ts';
import { hasWatermark, topicOf, urgentTypes } from '@tact/contracts';
import type { PlatformConfig } from '../config/config.ts';
import { StartupRefusal } from '../config/startup-refusal.ts';
import { TopicDrift } from '../log/port.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { MessageLog, PartitionLag } from '../log/port.ts';
import type { Log } from '../observability/logger.ts';
import { describeError } from '../observability/redaction.ts';
import { Relay } from '../relay/relay.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { ShutdownHooks } from './shutdown-hooks.ts';
import type { Consumers } from './consumers.ts';
import { openLog, topicSpecs } from './open-log.ts';
import { startConsumer, startProjection, startReaction } from './background-workers.ts';
import type { BackgroundWorker } from './background-worker.ts';
import type { Workplace } from './background-workers.ts';
import { FollowedConsumer } from './followed-consumer.ts';
import type { BehindConsumers } from '../consumer/behind-consumers.ts';
import type { ParkedRecords } from './parked-records.ts';
import { sourceOf } from '../projection/projection.ts';
import { readModelOfLog } from '../projection/read-model-of-log.ts';
import type { ReadModels } from '../projection/read-models.ts';
import type { UpkeepTrouble } from '../projection/upkeep.ts';
import { sharedReads } from '../projection/shared-reads.ts';
import type { Projections } from './projections.ts';
import type { Reactions } from './reactions.ts';
import type { ServiceDefinition } from './service-definition.ts';
import type { Storage } from './storage.ts';

export type MessagingOptions = {
  readonly config: PlatformConfig;
  readonly definition: ServiceDefinition;
  readonly storage: Storage;
  readonly consumers: Consumers;
  readonly projections: Projections;
  readonly parkedRecords: ParkedRecords;
  readonly behind: BehindConsumers;
  readonly readModels: ReadModels;
  readonly reactions: Reactions;
  readonly jobRunner: Pick<JobRunner, 'open'>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly shutdownHooks: ShutdownHooks;
};

const DRAIN_MS = 5000;
const PATIENCE_MS = 5000;
const RETRY_MS = 2000;
const LOOK_MS = 20;

/** The service's side of the message log: its relay publishes what was appended, its consumers read. */
export class Messaging {
  readonly log: MessageLog;
  readonly relay: Relay;
  /** Resolves with the reason when a consumer died for good. */
  readonly failed: Promise<Error>;
  readonly #options: MessagingOptions;
  readonly #workplace: Workplace;
  readonly #working = new Map<unknown, BackgroundWorker>();
  readonly #stopping = new AbortController();
  readonly #employed = Promise.withResolvers<void>();
  #fail: (error: Error) => void = () => undefined;
  #hasFailed = false;

  private constructor(log: MessageLog, options: MessagingOptions) {
    const { storage, log: lines, metrics, parkedRecords, readModels, behind } = options;
    const { database, store } = storage;
    this.log = log;
    this.#options = options;
    const shared = sharedReads(sourceOf(storage.store));
    const offers = { parkedRecords, readModels, behind };
    this.#workplace = { storage, shared, messageLog: log, log: lines, metrics, ...offers };
    const reportedActs = new ReportedActs(storage.vault.sealer);
    this.relay = new Relay({
      database,
      store,
      log,
      lines,
      topicOf,
      urgentTypes,
      hasWatermark: hasWatermark(options.definition.name),
      beside: (event) => reportedActs.of(event),
    });
    this.failed = new Promise((resolve) => {
      this.#fail = (error) => {
        this.#hasFailed = true;
        resolve(error);
      };
    });
  }

  static async open(options: MessagingOptions): Promise<Messaging> {
    const { config, log: lines, shutdownHooks, definition } = options;
    const log = await openLog(config, definition.name, lines);
    shutdownHooks.add('log', () => log.stop({ drainMs: DRAIN_MS }));
    return new Messaging(log, options);
  }

  get parts(): readonly BackgroundWorker[] {
    return [...this.#working.values()];
  }

  /** Of one consumer group, by partition; undefined while it has not started, or stands still. */
  lagOf(group: string): Promise<readonly PartitionLag[]> | undefined {
    const part = this.parts.find(({ name }) => name === group);
    return part?.standsStill === undefined ? part?.partitions?.() : undefined;
  }

  /** The consumer of that group, once it was started. */
  consumerOf(group: string): FollowedConsumer | undefined {
    const part = this.parts.find(({ name }) => name === group);
    return part instanceof FollowedConsumer ? part : undefined;
  }

  /** What is the matter with the read models. */
  async troubles(): Promise<readonly UpkeepTrouble[]> {
    const reported = await Promise.all(
      this.parts.map((part) => part.trouble?.() ?? Promise.resolve(undefined)),
    );
    return reported.filter((trouble) => trouble !== undefined);
  }

  /** Resolves when every consumer has started; never, where the service stops before. */
  get employed(): Promise<void> {
    return this.#employed.promise;
  }

  get isAlive(): boolean {
    return !this.#hasFailed && !this.#stopping.signal.aborted;
  }

  /**
   * Starts the relay, the projections and the consumers. A log that does not answer within five
   * seconds is waited for in the background: the service takes requests meanwhile, and its events
   * wait in its own schema.
   */
  async start(): Promise<void> {
    const { consumers, projections, reactions, readModels } = this.#options;
    for (const consumer of consumers.all) {
      readModels.add(readModelOfLog(consumer, () => this.lagOf(consumer.group)));
    }
    for (const projection of projections.all) {
      this.#employ(projection, startProjection(projection, this.#workplace));
    }
    for (const following of reactions.all) {
      this.#employ(following, startReaction(following, this.#workplace));
    }
    const connecting = this.#connect();
    connecting.catch((error: unknown) => this.#fail(error as Error));
    const { signal } = this.#stopping;
    const patience = pause(PATIENCE_MS, undefined, { signal, ref: false }).catch(() => undefined);
    await Promise.race([connecting, patience]);
  }

  /** Resolves once nothing waits to be published or read; an effect that appends is waited for too. */
  async settled(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const open = await this.#openWork();
      if (open === undefined) return;
      if (performance.now() > deadline) {
        throw new Error(`${this.#options.definition.name} did not settle: ${open}`);
      }
      await pause(LOOK_MS);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.parts.map((part) => part.stop()));
    await this.relay.stop();
  }

  async #connect(): Promise<void> {
    const { config, consumers, log: lines } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.log.admin.ensureTopics(topicSpecs(config));
        this.relay.start();
        for (const consumer of consumers.all) {
          if (this.#working.has(consumer) || signal.aborted) continue;
          this.#employ(consumer, await startConsumer(consumer, this.#workplace));
        }
        if (!signal.aborted) this.#employed.resolve();
        return;
      } catch (error) {
        if (error instanceof TopicDrift) throw new StartupRefusal(error.message, { cause: error });
        lines.warn({ error: describeError(error) }, 'the message log cannot be used now');
        await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #employ(offered: unknown, part: BackgroundWorker): void {
    this.#working.set(offered, part);
    void part.died.then((error) => this.#fail(error));
  }

  /** What is still under way, in words; undefined when nothing is. */
  async #openWork(): Promise<string | undefined> {
    const { consumers, projections, reactions, jobRunner } = this.#options;
    const offered = consumers.all.length + projections.all.length + reactions.all.length;
    const missing = offered - this.#working.size;
    if (missing > 0) return `${missing} consumers have not started`;
    const { depth } = await this.relay.outbox();
    if (depth > 0) return `${depth} events wait to be published`;
    for (const part of this.parts) {
      const lag = await part.lag();
      if (lag > 0) return `${part.name} is ${lag} behind`;
    }
    const jobs = await jobRunner.open();
    if (jobs > 0) return `${jobs} jobs are due`;
    const after = await this.relay.outbox();
    return after.depth > 0 ? 'effects appended events' : undefined;
  }
}
