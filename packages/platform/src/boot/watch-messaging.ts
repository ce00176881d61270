import { topics } from '@tact/contracts';
import type { BehindConsumers } from '../consumer/behind-consumers.ts';
import { Unwell } from '../observability/health.ts';
import type { Health } from '../observability/health.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Messaging } from './messaging.ts';

type Consuming = {
  readonly group: string;
  readonly lag: number;
  readonly parked: number;
  /** What is gone from the log, and what to do. */
  readonly behind?: string;
};

type Watched = {
  readonly health: Health;
  readonly metrics: Metrics;
  readonly behind: Pick<BehindConsumers, 'all'>;
};

const anyTopic = Object.keys(topics)[0] ?? '';

/** One question at a time: a broker that is down must not gather a queue of probes. */
const oneAtATime = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let pending: Promise<T> | undefined;
  return () => {
    pending ??= ask().finally(() => {
      pending = undefined;
    });
    return pending;
  };
};

/** Shows the relay and the consumers to operators. A broker that is down is reported, and keeps nobody out. */
export const watchMessaging = (messaging: Messaging, watched: Watched): void => {
  const { health, metrics, behind } = watched;
  const { relay, log } = messaging;
  health.add({
    name: 'relay-and-consumers',
    required: true,
    check: () =>
      messaging.isAlive ? Promise.resolve() : Promise.reject(new Error('a consumer died')),
  });
  // Who decides by what the group read must not be asked while a part of it is missing.
  health.add({
    name: 'consumers',
    required: true,
    check: () =>
      behind.all.length === 0 ? Promise.resolve() : Promise.reject(new Unwell('behind-retention')),
  });
  const check = oneAtATime(async () => void (await log.admin.partitions(anyTopic)));
  health.add({ name: 'log', required: false, check });
  health.tell('relay', async () => {
    const { depth, oldestAgeMs } = await relay.outbox();
    return { depth, oldestAgeSeconds: oldestAgeMs / 1000 };
  });
  const consumers = oneAtATime((): Promise<readonly Consuming[]> =>
    Promise.all(
      messaging.parts.map(async (part) => {
        const [lag, parked] = await Promise.all([part.lag(), part.parked()]);
        const { name: group, standsStill } = part;
        return {
          group,
          lag,
          parked,
          ...(standsStill === undefined ? {} : { behind: standsStill }),
        };
      }),
    ),
  );
  health.tell('consumers', consumers);
  measure(messaging, { metrics, consumers });
};

type Measured = {
  readonly metrics: Metrics;
  readonly consumers: () => Promise<readonly Consuming[]>;
};

const measure = ({ relay }: Messaging, { metrics, consumers }: Measured): void => {
  metrics.gauge('tact_relay_pending_events', 'Events not published yet.', async (gauge) => {
    gauge.set((await relay.outbox()).depth);
  });
  metrics.gauge(
    'tact_relay_oldest_pending_seconds',
    'Age of the oldest event not published yet.',
    async (gauge) => gauge.set((await relay.outbox()).oldestAgeMs / 1000),
  );
  metrics.gauge(
    'tact_consumer_lag_records',
    'Records of a consumer group, or events of a projection, not handled yet.',
    async (gauge) => {
      for (const { group, lag } of await consumers()) gauge.set({ group }, lag);
    },
    ['group'],
  );
  metrics.gauge(
    'tact_consumer_parked_records',
    'Records set aside, and those of their keys that wait behind them.',
    async (gauge) => {
      for (const { group, parked } of await consumers()) gauge.set({ group }, parked);
    },
    ['group'],
  );
};
