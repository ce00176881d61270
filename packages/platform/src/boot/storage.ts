import { hasWatermark } from '@tact/contracts';
import { DataSource } from 'typeorm';
import { noteMachineAct } from '../acts/machine-acts.ts';
import { disclosureMigrations } from '../acts/schema.ts';
import { alertMailMigrations } from '../alert-mail/schema.ts';
import { alertMigrations } from '../alerts/schema.ts';
import { Clock } from '../config/clock.ts';
import { keysFolderOf } from '../config/config.ts';
import type { PlatformConfig } from '../config/config.ts';
import { EventStore } from '../event-store/event-store.ts';
import { eventStoreMigrations } from '../event-store/schema.ts';
import type { SnapshotOutcome } from '../event-store/snapshots.ts';
import { accessMigrations } from '../http/access/access-migrations.ts';
import { beginWatermark } from '../relay/watermarks.ts';
import { FormTokens } from '../http/pages/form-tokens.ts';
import { IdempotencyKeys } from '../http/idempotency/idempotency-keys.ts';
import { idempotencyMigrations } from '../http/idempotency/idempotency-migrations.ts';
import { Jobs } from '../jobs/jobs.ts';
import { jobMigrations } from '../jobs/schema.ts';
import { mailOutboxMigrations } from '../mail-outbox/schema.ts';
import type { Log } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { describeError } from '../observability/redaction.ts';
import { Outbound } from '../outbound/outbound.ts';
import { operatorPolicyOf } from '../outbound/outbound-settings.ts';
import { KeyRotation } from '../personal-data/keys/key-rotation.ts';
import { settleLostEpochs } from '../personal-data/keys/lost-epochs.ts';
import { SubjectErased } from '../personal-data/refusals.ts';
import { openRootKey } from '../personal-data/root-key/root-key-settings.ts';
import { openRegisteredRoot } from '../personal-data/root-key/root-registration.ts';
import { vaultMigrations } from '../personal-data/schema.ts';
import { Vault } from '../personal-data/vault.ts';
import { openDataSource } from '../postgres/data-source.ts';
import { openDatabase } from '../postgres/database.ts';
import type { Database } from '../postgres/database.ts';
import { migrate } from '../postgres/migrations.ts';
import type { Migration } from '../postgres/migrations.ts';
import { consumerMigrations } from '../consumer/schema.ts';
import { projectionMigrations } from '../projection/schema.ts';
import { reactionMigrations } from '../reaction/schema.ts';
import { relayMigrations } from '../relay/schema.ts';
import { Proposals } from '../http/proposals/proposals.ts';
import { signingMigrations } from '../signing/schema.ts';
import { Tokens } from '../signing/tokens.ts';
import type { ShutdownHooks } from './shutdown-hooks.ts';
import { heartbeatMigrations } from './heartbeat.ts';
import { StaffRegister } from '../http/access/staff-register.ts';
import { type KnownCallers, openCallers } from './open-callers.ts';
import type { ServiceDefinition } from './service-definition.ts';

export type Storage = KnownCallers & {
  readonly clock: Clock;
  readonly database: Database;
  readonly dataSource: DataSource;
  readonly vault: Vault;
  readonly keyRotation: KeyRotation;
  readonly store: EventStore;
  readonly jobs: Jobs;
  readonly staff: StaffRegister;
  readonly proposals: Proposals;
  readonly tokens: Tokens;
  readonly formTokens: FormTokens;
  readonly idempotencyKeys: IdempotencyKeys;
};

/** What every service's schema holds, whatever the service does. */
const platformMigrations: readonly Migration[] = [
  ...eventStoreMigrations,
  ...relayMigrations,
  ...consumerMigrations,
  ...projectionMigrations,
  ...idempotencyMigrations,
  ...heartbeatMigrations,
  ...alertMigrations,
  ...reactionMigrations,
  ...jobMigrations,
  ...alertMailMigrations,
  ...signingMigrations,
  ...mailOutboxMigrations,
  ...disclosureMigrations,
];

/** What the schemas hold that a service keeps: of its callers, of all keys, and its own. */
export const migrationsOf = ({ migrations }: Pick<ServiceDefinition, 'migrations'>) => ({
  access: accessMigrations,
  vault: vaultMigrations,
  own: [...platformMigrations, ...migrations],
});

type Opening = {
  readonly config: PlatformConfig;
  readonly definition: ServiceDefinition;
  readonly shutdownHooks: ShutdownHooks;
  readonly lines: Log;
  readonly metrics: Metrics;
};

const clockOf = (config: PlatformConfig): Clock => {
  const { TACT_CLOCK, TACT_CLOCK_SET_AT, TACT_CLOCK_ADVANCED_MS, TACT_MODE } = config;
  return new Clock({
    mayMove: TACT_MODE === 'embedded',
    ...(TACT_CLOCK === undefined ? {} : { startAt: new Date(TACT_CLOCK) }),
    ...(TACT_CLOCK_SET_AT === undefined ? {} : { setAt: new Date(TACT_CLOCK_SET_AT) }),
    ...(TACT_CLOCK_ADVANCED_MS === undefined ? {} : { advancedMs: TACT_CLOCK_ADVANCED_MS }),
  });
};

/** A snapshot that does not serve is no failure of a request, and slows each one down: somebody should hear of it. */
const countSnapshots = ({ lines, metrics }: Pick<Opening, 'lines' | 'metrics'>) => {
  const counter = metrics.counter(
    'tact_snapshots_total',
    'Snapshots of long streams, by what came of them.',
    ['outcome'],
  );
  return (outcome: SnapshotOutcome, error?: unknown): void => {
    counter.inc({ outcome });
    // An erased person's is unreadable as it should be.
    if (error === undefined || error instanceof SubjectErased) return;
    lines.warn({ outcome, error: describeError(error) }, 'a snapshot did not serve');
  };
};

/** Opens a schema, brings it up to date, and closes it with the service. */
const openSchema = async (
  { config, shutdownHooks }: Opening,
  schema: string,
  options: { migrations: readonly Migration[]; poolSize: number },
): Promise<Database> => {
  const { poolSize, migrations } = options;
  const database = await openDatabase({ url: config.DATABASE_URL, schema, poolSize });
  shutdownHooks.add(`schema ${schema}`, () => database.close());
  await migrate(database, migrations);
  return database;
};

/** Nothing but look-ups of keys runs there: neither searches nor imports make a caller wait to be known. */
const openAccess = async (opening: Opening): Promise<Database> => {
  const { name } = opening.definition;
  const access = await openSchema(opening, 'access', { migrations: accessMigrations, poolSize: 1 });
  if (hasWatermark(name)) await beginWatermark(access.queryable, name);
  return access;
};

/** The keys of the installation, and what they open and sign. */
const openKeys = async (opening: Opening, clock: Clock) => {
  const { config, shutdownHooks, lines, metrics } = opening;
  // The vault has a pool of its own: a transaction that seals waits for it and must not wait for itself.
  const vaultSchema = await openSchema(opening, 'vault', {
    migrations: vaultMigrations,
    poolSize: 2,
  });
  const policy = operatorPolicyOf(config);
  const outbound = new Outbound({ policy, log: lines, metrics, now: () => clock.now() });
  shutdownHooks.add('outgoing requests', () => outbound.close());
  const rootKey = await openRegisteredRoot(vaultSchema, (options) =>
    openRootKey(config, keysFolderOf(config), { ...options, outbound, policy }),
  );
  const given = (config.TACT_LOST_KEY_EPOCHS ?? '').split(',').map(Number);
  const at = clock.now();
  for (const { epoch, persons } of await settleLostEpochs(vaultSchema, rootKey, {
    accepted: given,
    at,
    note: (tx, lost) =>
      noteMachineAct(tx, {
        act: 'key-loss-accepted',
        actor: 'system:installation',
        about: `${lost}`,
        at,
      }),
  })) {
    lines.warn({ epoch, persons }, 'the loss of a key epoch was accepted: its persons are erased');
  }
  const vault = new Vault({ queryable: vaultSchema.queryable, rootKey, clock });
  const notices = await vault.listen(vaultSchema);
  shutdownHooks.add('erasure notices', () => notices.close());
  return { vaultSchema, rootKey, vault };
};

/** Everything of the service that lives in PostgreSQL, migrated and ready. */
export const openStorage = async (opening: Opening): Promise<Storage> => {
  const { config, definition, shutdownHooks, lines, metrics } = opening;
  const { DATABASE_URL: url, TACT_DATABASE_POOL: poolSize } = config;
  const schema = definition.name;
  const clock = clockOf(config);
  const access = await openAccess(opening);
  const { vaultSchema, rootKey, vault } = await openKeys(opening, clock);
  const database = await openSchema(opening, schema, {
    migrations: migrationsOf(definition).own,
    poolSize,
  });
  const dataSource = await openDataSource({ url, schema, poolSize: 2 }, definition.entities ?? []);
  shutdownHooks.add('read models', () => dataSource.destroy());
  // A fact is dated when it is decided.
  const decidedAt = () => clock.forDecision();
  const store = new EventStore({
    database,
    source: definition.name,
    sealer: vault.sealer,
    texts: vault.texts,
    onSnapshot: countSnapshots({ lines, metrics }),
    now: decidedAt,
  });
  shutdownHooks.add('event store', () => store.close());
  const callers = await openCallers(
    { config, shutdownHooks },
    { access, database, vaultSchema, vault, rootKey, clock },
  );
  const secret = Buffer.from(rootKey.derive('idempotency'));
  const staff = new StaffRegister(clock, vault);
  return {
    clock,
    database,
    dataSource,
    vault,
    keyRotation: new KeyRotation({ database: vaultSchema, rootKey, clock }),
    store,
    jobs: new Jobs({ channel: store.wakeUp.channel, now: () => clock.now() }),
    ...callers,
    staff,
    proposals: new Proposals({ store, clock, staff, texts: vault.texts }),
    tokens: new Tokens(clock, metrics),
    formTokens: new FormTokens(rootKey),
    idempotencyKeys: new IdempotencyKeys(database.queryable, secret, { clock }),
  };
};
