export { startKafkaBroker } from './kafka/broker.ts';
export type { KafkaBroker } from './kafka/broker.ts';
export { prepareKafka } from './kafka/jars.ts';
export { kafkaAvailable } from './kafka/java.ts';
export { nodeFlagsOf } from './node-flags.ts';
export { isAlive } from './processes.ts';
export { startEmbeddedPostgres } from './postgres/server.ts';
export type { EmbeddedPostgres } from './postgres/server.ts';
