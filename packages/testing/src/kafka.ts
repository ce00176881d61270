import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from '@jest/globals';
import { kafkaAvailable, startKafkaBroker } from '@tact/infra';
import { runFolder } from './scratch.ts';

export type TestKafka = {
  brokers: string[];
  /** The name with a random ending: topics and groups of one broker are shared by all test files. */
  unique(name: string): string;
};

let broker: Promise<{ brokers: string[] }> | undefined;

/**
 * The Kafka broker of this jest run, started by the first test file that asks and stopped at the end of the run. Give
 * `beforeAll` two minutes: a first run fetches Kafka. A test that kills or pauses its broker starts one of its own.
 */
export const testKafka = async (): Promise<TestKafka> => {
  broker ??= startKafkaBroker({ dataDir: join(runFolder(), 'kafka') });
  const { brokers } = await broker;
  return { brokers, unique: (name) => `${name}-${randomBytes(5).toString('hex')}` };
};

/**
 * `describe` for tests that need Kafka. Without Java or Maven they are skipped and the run says so at its end; with
 * `KAFKA_REQUIRED=1` they fail.
 */
export const describeKafka = (name: string, suite: () => void): void => {
  const able = kafkaAvailable();
  if (able.available) {
    describe(name, suite);
    return;
  }
  if (process.env['KAFKA_REQUIRED'] === '1') {
    describe(name, () => {
      test('Kafka is required (KAFKA_REQUIRED=1)', () => {
        throw new Error(able.why);
      });
    });
    return;
  }
  noteSkipped(able.why);
  describe.skip(name, suite);
};

/** Every worker meets the skip; the run's teardown prints it once, last, where it is seen. */
const noteSkipped = (why: string): void => {
  writeFileSync(join(runFolder(), 'kafka-skipped'), why);
};
