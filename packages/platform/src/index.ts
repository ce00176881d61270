export type { Queryable } from './postgres/queryable.ts';
export { type Database, type DatabaseOptions, openDatabase } from './postgres/database.ts';
export { DatabaseError } from './postgres/errors.ts';
export { type Migration, migrate } from './postgres/migrations.ts';
export { openDataSource, queryableOf } from './postgres/data-source.ts';
export { ADVISORY_CLASS } from './postgres/advisory.ts';
export * from './log/port.ts';
export * from './event-store/events.ts';
export { EventStore, type EventStoreOptions, type ReadOptions } from './event-store/event-store.ts';
export type { Decided, TransactOptions } from './event-store/transact.ts';
export { StoreOverloaded, VersionConflict } from './event-store/version-conflict.ts';
export { eventStoreMigrations } from './event-store/schema.ts';
export { newEventId } from './event-store/event-id.ts';
export { Waiter, WakeUp } from './event-store/wake-up.ts';
export { Clock } from './config/clock.ts';
export {
  type WorkContext,
  amendContext,
  contextFromHeaders,
  currentContext,
  runInContext,
} from './observability/context.ts';
export { Health, type HealthCheck, type HealthReport } from './observability/health.ts';
export { Log, type LogLevel, type LogOptions, createLog } from './observability/logger.ts';
export { type HttpObservation, Metrics } from './observability/metrics.ts';
export { describeError, scrub } from './observability/redaction.ts';
export { Public, RequireScope, Tenant } from './http/access/access-decorators.ts';
export { accessMigrations } from './http/access/access-migrations.ts';
export { type ApiKeyIdentity, ApiKeys, type NewApiKey } from './http/access/api-keys.ts';
export { RawRoute } from './http/body-parsers.ts';
export { type HttpAppOptions, createHttpApp } from './http/http-app.ts';
export { AnswerNotStored } from './http/idempotency/idempotency-interceptor.ts';
export { IdempotencyKeys } from './http/idempotency/idempotency-keys.ts';
export { idempotencyMigrations } from './http/idempotency/idempotency-migrations.ts';
export { ProblemError, type ProblemOptions } from './http/problem-error.ts';
export { isUnavailable } from './http/problem-of-error.ts';
export { errorsOfIssues } from './http/validation.ts';
