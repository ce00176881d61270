import { join } from 'node:path';
import { startKafkaBroker } from '@tact/infra';
import { describeKafka } from '../kafka.ts';
import { scratchFolder } from '../scratch.ts';
import type { LogFixture } from './fixture.ts';
import { logConformance } from './log-conformance.ts';

/** A broker of its own, as it is killed and frozen. */
const openFixture = async (): Promise<LogFixture> => {
  const dataDir = join(scratchFolder(), 'broker');
  let broker = await startKafkaBroker({ dataDir });
  const { port, brokers } = broker;
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
    close: () => broker.stop(),
  };
};

describeKafka('the message log on Kafka', () => {
  logConformance('kafka', openFixture);
});
