/** @public What looks into the database from outside reads events by it. */
export { unpackEvent } from './event-store/packed-event.ts';
/** @public What proves that nothing of a person is left reads what is stored in other forms. */
export { openedForms } from './compact/opened-forms.ts';
export { fromStoredBytes, toStoredBytes } from './compact/stored-bytes.ts';
export { deflated, inflated } from './compact/deflated.ts';
export type { Queryable } from './postgres/queryable.ts';
export { Database, openDatabase } from './postgres/database.ts';
export { BatchLoader } from './postgres/batch-loader.ts';
export { type Migration, migrate } from './postgres/migrations.ts';
export { queryableOf } from './postgres/data-source.ts';
export { ADVISORY_CLASS } from './postgres/advisory.ts';
export { isSessionLockHeld, type SessionLock, takeSessionLock } from './postgres/session-lock.ts';
export * from './log/port.ts';
export { toRecord } from './log/cloud-events.ts';
export { KafkaLog } from './log/kafka-log/kafka-log.ts';
export type { LogLines } from './log/log-lines.ts';
export { partitionOf } from './log/partitioner.ts';
export { PostgresLog } from './log/postgres-log/postgres-log.ts';
export { logMigrations } from './log/postgres-log/schema.ts';
export type { Outbox } from './relay/outbox.ts';
export { Relay, type RelayOptions } from './relay/relay.ts';
export { relayMigrations } from './relay/schema.ts';
export * from './consumer/consumer.ts';
export { ConsumerRunner, type ConsumerRunnerOptions } from './consumer/consumer-runner.ts';
export type { Redriven } from './consumer/redrive.ts';
export { consumerMigrations } from './consumer/schema.ts';
export * from './event-store/events.ts';
export { EventStore } from './event-store/event-store.ts';
export type { Decided, BesideStream, Folded, TransactOptions } from './event-store/transact.ts';
export { VersionConflict } from './event-store/version-conflict.ts';
export { eventStoreMigrations, passingStream } from './event-store/schema.ts';
export { purgePassing, purgePassingOf } from './event-store/purge.ts';
export { newEventId } from './event-store/event-id.ts';
export { type NoticeRecord, Notices } from './notices/notices.ts';
export * from './projection/projection.ts';
export { ProjectionPosition } from './projection/projection-position.ts';
export { ProjectionRunner } from './projection/runner.ts';
export { rebuild } from './projection/rebuild.ts';
export { projectionMigrations } from './projection/schema.ts';
export { type ReadModel, ReadModels } from './projection/read-models.ts';
export {
  type Shadow,
  compare as compareShadow,
  createShadow,
  dropShadow,
  enterShadow,
  swap as swapShadow,
} from './projection/shadow.ts';
export {
  type Again,
  type Job,
  type JobHandler,
  /** @public Declarations of the services' job kinds name it. */
  type JobKind,
  jobKind,
  type LeasedJobHandler,
  type LeasedWork,
} from './jobs/job-kind.ts';
export { Jobs } from './jobs/jobs.ts';
export type { LeavingMail, MailKind, MayLeave } from './mail-outbox/mail-kind.ts';
export { MailOutbox } from './mail-outbox/mail-outbox.ts';
export type { MailSender } from './mail/mail.ts';
export type { MailDocument } from './mail/template.ts';
export { provideMailKind } from './boot/provide-mail-kind.ts';
export { JobRunner } from './jobs/job-runner.ts';
export { jobMigrations } from './jobs/schema.ts';
export { Clock } from './config/clock.ts';
export { amendContext, currentActor, currentContext } from './observability/context.ts';
export { RaisedAlerts } from './alerts/raised-alerts.ts';
export { AddressPolicy } from './outbound/address-policy.ts';
export { Outbound } from './outbound/outbound.ts';
export { Health } from './observability/health.ts';
export { Log, createLog } from './observability/logger.ts';
export { Metrics } from './observability/metrics.ts';
export { describeError } from './observability/redaction.ts';
export {
  AnyCaller,
  Caller,
  OfSession,
  Public,
  RequireOneScope,
  RequireScope,
  RequireScopeByQuery,
  SessionToken,
  Tenant,
} from './http/access/access-decorators.ts';
export {
  type ApiKeyRecord,
  ApiKeyRegister,
  type Draw,
  type DrawnKey,
  type KeyRefusal,
  type RotatedKey,
  type Rotation,
} from './http/access/api-key-register.ts';
export { ApiKeys } from './http/access/api-keys.ts';
export { keysOfOneHand } from './http/access/keys-of-one-hand.ts';
export type { CallerIdentity } from './http/access/caller.ts';
export { PersonTokens } from './http/access/person-tokens.ts';
export {
  expiryOf,
  idleUntilOf,
  type SessionRecord,
  SessionRegister,
  stateOfSession,
} from './http/access/session-register.ts';
export { StaffRegister } from './http/access/staff-register.ts';
export type {
  ProviderAccount,
  RolesProposed,
  StaffAsked,
  StaffRecord,
} from './http/access/staff-record.ts';
export { pageOf, pageQuery, readCursor, writeCursor } from './http/cursor.ts';
export { RawRoute, Streamed, type StreamedBody, StreamRoute } from './http/body-parsers.ts';
export { IdempotencyKey, Idempotent } from './http/idempotency/idempotency-interceptor.ts';
export { isStorable, parseForeignJson } from './http/json-texts.ts';
export { notAfter, liesAhead, refuseFuture } from './http/refuse-future.ts';
export { RequestsPerMinute } from './http/webhook-rate-limit.ts';
export type { FormFields } from './http/pages/form-fields.ts';
export { FormTokens } from './http/pages/form-tokens.ts';
export { PageRoute } from './http/pages/page-route.ts';
export { Pages } from './http/pages/pages.ts';
/** What a route that shows pages is handed. */
export type { FastifyReply, FastifyRequest } from 'fastify';
export { ProblemError } from './http/problem-error.ts';
export { errorsOfIssues } from './http/validation.ts';
export {
  canonicalIdentity,
  type CanonicalOptions,
  registrableIdentities,
} from './personal-data/identity/canonical-identity.ts';
export { maskedIdentity } from './personal-data/identity/masked.ts';
export { canonicalEmail } from './personal-data/identity/email.ts';
export { canonicalCrmId, crmKindOf } from './personal-data/identity/crm-id.ts';
export { phoneCountryOf } from './personal-data/identity/phone-country.ts';
export type { OwnerRow } from './personal-data/identity/owners-part.ts';
export type {
  ConflictDecision,
  Registered,
  Registration,
} from './personal-data/identity/registration-rule.ts';
export type { BlobKey } from './personal-data/sealing/blobs.ts';
export { LocalRootKey } from './personal-data/root-key/local-root-key.ts';
export * from './personal-data/refusals.ts';
export type { KeyPurpose, RootKey } from './personal-data/root-key/root-key.ts';
export { canonicalJson } from './signing/canonical-json.ts';
export { SigningKeys } from './signing/signing-keys.ts';
export {
  Tokens,
  /** @public Declarations of who looks at a token name it. */
  type TokenState,
} from './signing/tokens.ts';
export { vaultMigrations } from './personal-data/schema.ts';
export { Vault } from './personal-data/vault.ts';
export {
  RestrictedContacts,
  restrictedContactsSchema,
  restrictedContactsStore,
} from './personal-data/restricted-contacts.ts';
export { NamedContacts } from './personal-data/named-contacts.ts';
export { firstDetails, Installation } from './tenants/installation.ts';
export {
  type TenantRecord,
  TenantRegister,
  type TenantSecrets,
} from './tenants/tenant-register.ts';
export { peopleIn, type TenantSettings } from './tenants/tenant-settings.ts';
export { Tenants } from './tenants/tenants.ts';
export { type PlatformConfig, ServiceConfig } from './config/config.ts';
export { ActBook, performedAppend } from './acts/act-book.ts';
export { tellMachineActs } from './acts/machine-acts.ts';
export { Audited, Unaudited } from './http/audited.ts';
export { Discloses, DisclosesList, DisclosesNothing } from './http/discloses.ts';
export { alertOf } from './alerts/alert-view.ts';
export { Alerts } from './observability/alerts.ts';
export { openUntil, type ProposalRecord } from './http/proposals/proposal-register.ts';
export { Proposals } from './http/proposals/proposals.ts';
export { Answers, Describe } from './http/openapi/describe.ts';
export { type DescribedRoute, describeRoutes } from './http/openapi/routes.ts';
export { openApiOf } from './http/openapi/openapi.ts';
export { controllersOfService } from './boot/platform.module.ts';
export { type RunningService, bootService } from './boot/boot-service.ts';
export { BehindConsumers } from './consumer/behind-consumers.ts';
export type { ReadUntil } from './consumer/read-until.ts';
export { ConsumerLags } from './boot/consumer-lags.ts';
export { provideJobHandler } from './boot/job-handlers.ts';
export { provideConsumer } from './boot/consumers.ts';
export { PeriodicTask } from './boot/periodic-task.ts';
export { runBackup } from './backup/run-backup.ts';
export { RegisteredStores, sharedStores } from './boot/registered-stores.ts';
export {
  /** @public Declarations of the services' memories name it. */
  type Memory,
  memoryOfNobody,
} from './stores/memory.ts';
export { changedBy, keptRows, nobody, personalRows, rowsOfNobody } from './stores/rows.ts';
export { leftoversIn } from './stores/leftovers.ts';
export {
  /** @public Declarations of the services' stores name it. */
  type ErasableStore,
  type ErasedPerson,
  eraseFenced,
  type Eraser,
  type Store,
  subjectsOf,
} from './stores/store.ts';
export { Heartbeat } from './boot/heartbeat.ts';
export { type ParkedGroup, ParkedRecords } from './boot/parked-records.ts';
export { runService } from './boot/run-service.ts';
export type { ServiceDefinition } from './boot/service-definition.ts';
export { topicSpecs } from './boot/open-log.ts';
export { migrationsOf } from './boot/storage.ts';
export { provideProjection } from './boot/projections.ts';
export { provideReadModel } from './boot/provide-read-model.ts';
export { provideReaction } from './boot/reactions.ts';
export type { DecisionTable, Reaction } from './reaction/reaction.ts';
