import type { Log } from '../observability/logger.ts';

/** Where the log's adapters, the relay and the consumers write their lines: ids, counts and names, never a value. */
export type LogLines = Pick<Log, 'debug' | 'info' | 'warn' | 'error'>;
