import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { kafkaAvailable, startKafkaBroker } from '@tact/infra';

const folder = fileURLToPath(
  new URL(`../../../.cache/bench-kafka-${process.pid}`, import.meta.url),
);

/** A broker for one case; without Java or Maven the case says so and gives no figure. */
export const withKafka = async <T>(
  work: (brokers: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> => {
  const able = kafkaAvailable();
  if (!able.available) {
    console.log(`KAFKA SKIPPED: ${able.why}`);
    return [];
  }
  const broker = await startKafkaBroker({ dataDir: folder });
  try {
    return await work(broker.brokers);
  } finally {
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
