import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { fewRetries, kafkaClient } from './client.ts';

const loading =
  "Crash: KafkaJSProtocolError: The coordinator is loading and hence can't process requests for this group";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** What kafkajs says of a consumer, by the level at which it reaches our log. */
const received = () => {
  const said: string[] = [];
  const at = (level: string) => (_: object, text: string) => said.push(`${level}: ${text}`);
  const lines = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const client = kafkaClient({ brokers: ['127.0.0.1:9'], clientId: 'test', lines }, fewRetries);
  return { said, consumer: client.logger().namespace('Consumer') };
};

test('a new broker that still makes its groups is in the log, and no warning', () => {
  const { said, consumer } = received();
  consumer.error(loading);
  consumer.error('Restarting the consumer in 100ms');
  expect(said).toEqual([
    `info: kafkajs Consumer: ${loading}`,
    'info: kafkajs Consumer: Restarting the consumer in 100ms',
  ]);
});

test('the same words are a warning once the first minute is over', () => {
  const { said, consumer } = received();
  jest.advanceTimersByTime(60_001);
  consumer.error(loading);
  expect(said).toEqual([`warn: kafkajs Consumer: ${loading}`]);
});

test('any other failure is a warning from the first moment', () => {
  const { said, consumer } = received();
  consumer.error('Crash: KafkaJSNumberOfRetriesExceeded: Connection timeout');
  expect(said).toEqual([
    'warn: kafkajs Consumer: Crash: KafkaJSNumberOfRetriesExceeded: Connection timeout',
  ]);
});
