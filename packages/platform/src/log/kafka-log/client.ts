import { Kafka, logLevel } from 'kafkajs';
import type { KafkaConfig, LogEntry, RetryOptions, logCreator } from 'kafkajs';
import type { LogLines } from '../log-lines.ts';
import { refuseGoneOffsets } from './refuse-gone-offsets.ts';
import { mendRequestTimers } from './request-timers.ts';

export type KafkaLogOptions = {
  readonly brokers: readonly string[];
  /** Names the service in the broker's own logs and quotas. */
  readonly clientId: string;
  readonly lines: LogLines;
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: KafkaConfig['sasl'];
  /** Broker default when absent. */
  readonly replicationFactor?: number;
};

/** Long enough for a slow broker, short enough that a frozen one is noticed. */
const REQUEST_TIMEOUT_MS = 15_000;

/** For who can try again by themselves: an error after some seconds. */
export const fewRetries = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 7 } as const;

/**
 * For consumers: a quarter of an hour in steps of a second. Giving up earlier would join again under a new name,
 * and a group waits for the old name until its session ends.
 */
export const manyRetries = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 900 } as const;

export const kafkaClient = (
  { brokers, clientId, lines, ssl, sasl }: KafkaLogOptions,
  retry: RetryOptions,
): Kafka => {
  mendRequestTimers();
  refuseGoneOffsets();
  return new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3_000,
    authenticationTimeout: 10_000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    retry,
    logLevel: logLevel.WARN,
    logCreator: routeTo(lines),
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  });
};

const passed = [
  'groupId',
  'memberId',
  'topic',
  'partition',
  'broker',
  'clientId',
  'retryCount',
] as const;

/** Only named fields pass: kafkajs would also print stacks, and in them what a handler's error quotes. */
const routeTo = (lines: LogLines): logCreator => {
  const settledAt = performance.now() + SETTLING_MS;
  return () =>
    ({ namespace, level, log }: LogEntry) => {
      const fields = Object.fromEntries(
        passed.flatMap((name) => (log[name] === undefined ? [] : [[name, log[name] as unknown]])),
      );
      const text = `kafkajs ${namespace}: ${firstLine(log.message)}`;
      if (level > logLevel.WARN || expected.test(log.message)) lines.debug(fields, text);
      else if (settling.test(log.message) && performance.now() < settledAt)
        lines.info(fields, text);
      else lines.warn(fields, text);
    };
};

/**
 * A broker on an empty folder makes its own topics while the first groups ask for them. What it answers meanwhile is
 * tried again and means nothing, so it is in the log alone; a minute later the same words are a warning.
 */
const SETTLING_MS = 60_000;
const settling =
  /coordinator is (loading|not available)|not the correct coordinator|no leader for this topic|not the leader for|does not host this topic|^Restarting the consumer in/;

/** What kafkajs calls an error or warns of and then tries again, or what we chose. */
const expected = /^(Response |Limiting retries|The group is rebalancing)/;

const firstLine = (text: string): string => text.split('\n', 1)[0]?.slice(0, 200) ?? '';
