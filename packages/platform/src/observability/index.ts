// A door of its own: the gateway logs and counts without loading Nest, TypeORM and Kafka for it.
export { Log, createLog, logLevels } from './logger.ts';
export { Metrics } from './metrics.ts';
export { describeError } from './redaction.ts';
