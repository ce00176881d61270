import { KafkaLog, PostgresLog } from '@tact/platform';
import type { LogLines, MessageLog } from '@tact/platform';

/** Where a log is, as a worker process can be told. */
export type LogSpec =
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'kafka'; readonly brokers: readonly string[] };

/** An adapter under test, and the power over its server. */
export type LogFixture = {
  readonly name: 'postgres' | 'kafka';
  readonly spec: LogSpec;
  /** SIGKILL; `restart` brings the same data back on the same port. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Every record the topic holds is gone, as when its days are over; the next one gets the next offset. */
  expire(topic: string): Promise<void>;
  /** No position of the group is kept, as when it had no member for too long. */
  forget(group: string): Promise<void>;
  close(): Promise<void>;
};

const noLine = (): void => undefined;
const say = (fields: object, message: string): void =>
  console.error(`${new Date().toISOString()} ${message} ${JSON.stringify(fields)}`);

/** Silent, as failures are expected here; `TACT_TEST_LOG=1` prints what the platform says. */
export const lines: LogLines =
  process.env['TACT_TEST_LOG'] === '1'
    ? { debug: noLine, info: say, warn: say, error: say }
    : { debug: noLine, info: noLine, warn: noLine, error: noLine };

export const openLog = async (spec: LogSpec, clientId: string): Promise<MessageLog> => {
  if (spec.kind === 'kafka') return KafkaLog.open({ brokers: spec.brokers, clientId, lines });
  return PostgresLog.open({ url: spec.url, lines, applicationName: `${clientId}-log` });
};
