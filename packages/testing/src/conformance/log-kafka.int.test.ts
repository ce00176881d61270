import { join } from 'node:path';
import { startKafkaBroker } from '@tact/infra';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { describeKafka } from '../kafka.ts';
import { scratchFolder } from '../scratch.ts';
import type { LogFixture } from './fixture.ts';
import { logConformance } from './log-conformance.ts';

/** A broker of its own, as it is killed and frozen. */
const openFixture = async (): Promise<LogFixture> => {
  const dataDir = join(scratchFolder(), 'broker');
  let broker = await startKafkaBroker({ dataDir });
  const { port, brokers } = broker;
  const asking = async (ask: (admin: Admin) => Promise<unknown>): Promise<void> => {
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      await ask(admin);
    } finally {
      await admin.disconnect();
    }
  };
  return {
    name: 'kafka',
    spec: { kind: 'kafka', brokers },
    kill: async () => {
      await broker.kill();
      await broker.exited;
    },
    restart: async () => {
      broker = await startKafkaBroker({ dataDir, port });
    },
    freeze: () => broker.pause(),
    thaw: () => broker.resume(),
    expire: (topic) =>
      asking(async (admin) => {
        const ends = await admin.fetchTopicOffsets(topic);
        const partitions = ends
          .filter(({ low, high }) => high !== low)
          .map(({ partition, high }) => ({ partition, offset: high }));
        if (partitions.length > 0) await admin.deleteTopicRecords({ topic, partitions });
      }),
    forget: (group) => asking((admin) => admin.deleteGroups([group])),
    close: () => broker.stop(),
  };
};

describeKafka('the message log on Kafka', () => {
  logConformance('kafka', openFixture);
});
