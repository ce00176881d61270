export type { Queryable } from './postgres/queryable.ts';
export { Database, type DatabaseOptions, openDatabase } from './postgres/database.ts';
export { BatchLoader } from './postgres/batch-loader.ts';
export { DatabaseError } from './postgres/errors.ts';
export { type Migration, migrate } from './postgres/migrations.ts';
export { openDataSource, queryableOf } from './postgres/data-source.ts';
export { ADVISORY_CLASS } from './postgres/advisory.ts';
export { isSessionLockHeld, type SessionLock, takeSessionLock } from './postgres/session-lock.ts';
export * from './log/port.ts';
export { type Destination, type ReadEnvelope, fromRecord, toRecord } from './log/cloud-events.ts';
export { type KafkaLogOptions } from './log/kafka-log/client.ts';
export { KafkaLog } from './log/kafka-log/kafka-log.ts';
export type { LogLines } from './log/log-lines.ts';
export { partitionOf } from './log/partitioner.ts';
export { PostgresLog, type PostgresLogOptions } from './log/postgres-log/postgres-log.ts';
export { logMigrations } from './log/postgres-log/schema.ts';
export type { Outbox } from './relay/outbox.ts';
export { Relay, type RelayOptions } from './relay/relay.ts';
export { relayMigrations } from './relay/schema.ts';
export * from './consumer/consumer.ts';
export { ConsumerRunner, type ConsumerRunnerOptions } from './consumer/consumer-runner.ts';
export type { ParkReason } from './consumer/decode.ts';
export type { ParkedKey, ParkedSummary } from './consumer/parking.ts';
export type { Redriven } from './consumer/redrive.ts';
export { consumerMigrations } from './consumer/schema.ts';
export * from './event-store/events.ts';
export { EventStore, type EventStoreOptions } from './event-store/event-store.ts';
export { withBeside } from './event-store/transact.ts';
export type { BesideStream, Decided, Folded, TransactOptions } from './event-store/transact.ts';
export { StoreOverloaded, VersionConflict } from './event-store/version-conflict.ts';
export { eventStoreMigrations } from './event-store/schema.ts';
export { newEventId } from './event-store/event-id.ts';
export { Waiter, WakeUp } from './event-store/wake-up.ts';
export * from './projection/projection.ts';
export { ProjectionPosition } from './projection/projection-position.ts';
export { ProjectionRunner, type ProjectionLag, type RunnerOptions } from './projection/runner.ts';
export {
  rebuild,
  type RebuildOptions,
  type RebuildProgress,
  type RebuildReport,
} from './projection/rebuild.ts';
export { projectionMigrations } from './projection/schema.ts';
export { type ReadModel, ReadModels } from './projection/read-models.ts';
export { PositionWentBackwards, ProjectionVersionDiffers } from './projection/checkpoint.ts';
export {
  type Shadow,
  type TableDifference,
  compare as compareShadow,
  createShadow,
  dropShadow,
  enterShadow,
  swap as swapShadow,
} from './projection/shadow.ts';
export {
  type Again,
  type Job,
  JobFenced,
  type JobHandler,
  jobKind,
  type JobKind,
  type LeasedJobHandler,
  type LeasedWork,
} from './jobs/job-kind.ts';
export { Jobs, type NewJob } from './jobs/jobs.ts';
export { JobRunner } from './jobs/job-runner.ts';
export { jobMigrations } from './jobs/schema.ts';
export { Clock } from './config/clock.ts';
export {
  type WorkContext,
  amendContext,
  contextFromHeaders,
  currentContext,
  runInContext,
} from './observability/context.ts';
export { type Matter, RaisedAlerts } from './alerts/raised-alerts.ts';
export { AddressPolicy } from './outbound/address-policy.ts';
export { Outbound } from './outbound/outbound.ts';
export { Health, type HealthCheck, type HealthReport } from './observability/health.ts';
export { Log, type LogLevel, type LogOptions, createLog } from './observability/logger.ts';
export { type HttpObservation, Metrics } from './observability/metrics.ts';
export { describeError, scrub } from './observability/redaction.ts';
export {
  Caller,
  Public,
  RequireOneScope,
  RequireScope,
  RequireScopeByQuery,
  Tenant,
} from './http/access/access-decorators.ts';
export { accessMigrations } from './http/access/access-migrations.ts';
export {
  type ApiKeyRecord,
  ApiKeyRegister,
  type KeyRefusal,
} from './http/access/api-key-register.ts';
export { type ApiKeyIdentity, ApiKeys, type NewApiKey } from './http/access/api-keys.ts';
export { pageQuery, readCursor, writeCursor } from './http/cursor.ts';
export { RawRoute, Streamed, type StreamedBody, StreamRoute } from './http/body-parsers.ts';
export { type HttpAppOptions, createHttpApp } from './http/http-app.ts';
export { IdempotencyKey, Idempotent } from './http/idempotency/idempotency-interceptor.ts';
export { IdempotencyKeys } from './http/idempotency/idempotency-keys.ts';
export { idempotencyMigrations } from './http/idempotency/idempotency-migrations.ts';
export { isStorable, parseForeignJson } from './http/json-texts.ts';
export { notAfter, liesAhead, refuseFuture } from './http/refuse-future.ts';
export { ProblemError, type ProblemOptions } from './http/problem-error.ts';
export { isUnavailable } from './http/problem-of-error.ts';
export { errorsOfIssues } from './http/validation.ts';
export {
  canonicalIdentities,
  canonicalIdentity,
  type CanonicalOptions,
} from './personal-data/identity/canonical-identity.ts';
export type {
  IdentityConflict,
  OwnerRow,
  Registered,
  Registration,
} from './personal-data/identity/identity-index.ts';
export { type BlobKey, Blobs } from './personal-data/sealing/blobs.ts';
export { LocalRootKey } from './personal-data/root-key/local-root-key.ts';
export { phoneVariants, type PhoneCountry } from './personal-data/identity/phone.ts';
export * from './personal-data/refusals.ts';
export type { KeyPurpose, RootKey } from './personal-data/root-key/root-key.ts';
export { vaultMigrations } from './personal-data/schema.ts';
export type { SealedFields } from './personal-data/sealing/sealer.ts';
export type { Subject } from './personal-data/keys/subject-keys.ts';
export { Vault, type VaultOptions } from './personal-data/vault.ts';
export { type PlatformConfig, ServiceConfig, readConfig } from './config/config.ts';
export { StartupRefusal } from './config/startup-refusal.ts';
export { Answers, Describe, Operator } from './http/openapi/describe.ts';
export { type DescribedRoute, describeRoutes } from './http/openapi/routes.ts';
export { openApiOf } from './http/openapi/openapi.ts';
export { controllersOfService } from './boot/platform.module.ts';
export { type BootOptions, type RunningService, bootService } from './boot/boot-service.ts';
export { ConsumerLags } from './boot/consumer-lags.ts';
export { JobHandlers, provideJobHandler } from './boot/job-handlers.ts';
export { Consumers, provideConsumer } from './boot/consumers.ts';
export { PeriodicTask } from './boot/periodic-task.ts';
export { runBackup } from './backup/run-backup.ts';
export { Heartbeat } from './boot/heartbeat.ts';
export { type ParkedGroup, ParkedRecords } from './boot/parked-records.ts';
export { runService } from './boot/run-service.ts';
export type { ServiceDefinition } from './boot/service-definition.ts';
export { Projections, provideProjection } from './boot/projections.ts';
export { provideReadModel } from './boot/provide-read-model.ts';
export { provideReaction } from './boot/reactions.ts';
export type { DecisionTable, Reaction } from './reaction/reaction.ts';
