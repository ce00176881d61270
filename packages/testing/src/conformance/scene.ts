import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ConsumerRunner } from '@tact/platform';
import type {
  Consumer,
  ConsumerRunnerOptions,
  MessageLog,
  Relay,
  RelayOptions,
} from '@tact/platform';
import { DAY_MS } from '@tact/contracts';
import { lines, openLog } from './fixture.ts';
import type { LogFixture } from './fixture.ts';
import { acceptAll, openService, relayOf } from './service.ts';
import type { Service } from './service.ts';
import type { WorkerTask } from './workers.ts';

export const PARTITIONS = 6;

/** One test's own service, topic, group and log client; nothing of it is shared with another test. */
export type Scene = {
  readonly service: Service;
  readonly log: MessageLog;
  readonly topic: string;
  readonly group: string;
  consumer(
    handle: Consumer['handle'],
    options?: Partial<ConsumerRunnerOptions> & { group?: string; types?: readonly string[] },
  ): ConsumerRunner;
  /** The service's relay, to this scene's topic unless told otherwise; started. */
  relay(options?: Partial<RelayOptions>): Relay;
  task(role: WorkerTask['role'], name: string): WorkerTask;
  close(): Promise<void>;
};

export const openScene = async (
  fixture: LogFixture,
  databaseUrl: string,
  partitions = PARTITIONS,
): Promise<Scene> => {
  const run = randomBytes(5).toString('hex');
  const schema = `svc_${run}`;
  const topic = `things-${run}.v1`;
  const group = `readers-${run}`;
  const service = await openService({ url: databaseUrl, schema });
  const log = await openLog(fixture.spec, schema);
  await log.admin.ensureTopics([
    { name: topic, partitions, retentionMs: DAY_MS, cleanupPolicy: 'delete' },
  ]);
  const parts: (ConsumerRunner | Relay)[] = [];
  return {
    service,
    log,
    topic,
    group,
    relay: (options) => {
      const relay = relayOf(service, log, topic, options);
      parts.push(relay);
      relay.start();
      return relay;
    },
    consumer: (handle, { group: other, types, ...options } = {}) => {
      const runner = new ConsumerRunner({
        database: service.database,
        log,
        lines,
        validate: acceptAll,
        consumer: { group: other ?? group, topics: [topic], types: types ?? ['ThingDone'], handle },
        ...options,
      });
      parts.push(runner);
      return runner;
    },
    task: (role, name) => ({ role, name, log: fixture.spec, databaseUrl, schema, topic, group }),
    close: async () => {
      await Promise.all(parts.map((part) => part.stop({ drainMs: 500 })));
      await log.stop({ drainMs: 2_000 });
      await service.close();
    },
  };
};

/** Waits until `done` answers true; what is missing is told by the caller's own expectation afterwards. */
export const until = async (done: () => Promise<boolean>, msMax: number): Promise<boolean> => {
  const deadline = performance.now() + msMax;
  for (;;) {
    if (await done().catch(() => false)) return true;
    if (performance.now() > deadline) return false;
    await pause(50);
  }
};

export const countOf = async (
  { service }: Scene,
  text: string,
  values: unknown[] = [],
): Promise<number> => {
  const [row] = await service.database.queryable.query<{ count: number }>(text, values);
  return row?.count ?? 0;
};

export const countEffects = (scene: Scene, group = scene.group): Promise<number> =>
  countOf(scene, 'SELECT count(*) AS count FROM effects WHERE group_name = $1', [group]);
