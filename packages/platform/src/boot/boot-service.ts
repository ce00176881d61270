import { SessionRegister } from '../http/access/session-register.ts';
import type { AddressInfo } from 'node:net';
import { HOUR_MS } from '@tact/contracts';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ActBook } from '../acts/act-book.ts';
import { ListLooks } from '../acts/list-looks.ts';
import { RaisedAlerts } from '../alerts/raised-alerts.ts';
import { BehindConsumers } from '../consumer/behind-consumers.ts';
import { ServiceConfig, readConfig, redactedConfig } from '../config/config.ts';
import type { PlatformConfig } from '../config/config.ts';
import { ensureFirstKey } from '../http/access/first-key.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import { createHttpApp } from '../http/http-app.ts';
import { FormTokens } from '../http/pages/form-tokens.ts';
import { Pages } from '../http/pages/pages.ts';
import { ServiceName } from '../http/operations/service-name.ts';
import { MessageLog } from '../log/port.ts';
import { MailKinds } from '../mail-outbox/mail-kind.ts';
import { UncertainMails } from '../mail-outbox/uncertain-mails.ts';
import { MailOutbox } from '../mail-outbox/mail-outbox.ts';
import { forgetMails, OpenMails } from '../mail-outbox/outgoing-mails.ts';
import { MailDesk } from '../mail/mail-desk.ts';
import { Mailer } from '../mail/mailer.ts';
import { Alerts } from '../observability/alerts.ts';
import { Health } from '../observability/health.ts';
import { Log, createLog } from '../observability/logger.ts';
import { Metrics } from '../observability/metrics.ts';
import { ReadModels } from '../projection/read-models.ts';
import { Canaries } from '../sweep/canaries.ts';
import { Sweep } from '../sweep/sweep.ts';
import { storagePartsOf } from './storage-parts.ts';
import { storePartsOf } from './store-parts.ts';
import { ShutdownHooks } from './shutdown-hooks.ts';
import { ConsumerResets } from './consumer-resets.ts';
import { ConsumerLags } from './consumer-lags.ts';
import { Consumers } from './consumers.ts';
import { Heartbeat, watchStorage } from './heartbeat.ts';
import { JobHandlers } from './job-handlers.ts';
import { alertMailsOf } from './alert-mails-of.ts';
import { firstKeyActs } from './first-key-acts.ts';
import { mailOutboxOf, sendMails, uncertainMailsOf } from './mail-outbox-of.ts';
import { Messaging } from './messaging.ts';
import { assertOneHandlerPerCommand } from './one-handler-per-command.ts';
import { ParkedRecords } from './parked-records.ts';
import { type Part, PlatformModule } from './platform.module.ts';
import { Projections } from './projections.ts';
import { lookAtAlerts } from './look-at-alerts.ts';
import { Reactions } from './reactions.ts';
import { listenRefusal } from './refusal-sentence.ts';
import { RotateKeys, scheduleRotation } from './rotate-keys.ts';
import type { ServiceDefinition } from './service-definition.ts';
import { openStorage } from './storage.ts';
import type { Storage } from './storage.ts';
import { watchAlerts } from './watch-alerts.ts';
import { watchClock } from './watch-clock.ts';
import { watchJobs } from './watch-jobs.ts';
import { watchMessaging } from './watch-messaging.ts';

export type BootOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where its log lines go; standard output when absent. */
  readonly log?: Log;
};

export type RunningService = {
  readonly name: string;
  /** Where it listens, e.g. `http://127.0.0.1:49152`. */
  readonly origin: string;
  readonly port: number;
  readonly app: NestFastifyApplication;
  readonly config: PlatformConfig;
  readonly log: Log;
  /** Resolves once the relay has nothing to publish and no consumer is behind. */
  settled(options?: { timeoutMs?: number }): Promise<void>;
  /** Stops listening, lets work in hand end, closes everything. Repeating it changes nothing. */
  stop(): Promise<void>;
  /** Resolves with the reason when a part died that does not come back: the process should end. */
  readonly failed: Promise<Error>;
};

type Assembly = {
  readonly definition: ServiceDefinition;
  readonly config: PlatformConfig;
  readonly log: Log;
  readonly shutdownHooks: ShutdownHooks;
  readonly storage: Storage;
  readonly messaging: Messaging;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly consumers: Consumers;
  readonly projections: Projections;
  readonly readModels: ReadModels;
  readonly reactions: Reactions;
  readonly parkedRecords: ParkedRecords;
  readonly behind: BehindConsumers;
  readonly heartbeat: Heartbeat;
  readonly alerts: Alerts;
  readonly raisedAlerts: RaisedAlerts;
  readonly jobHandlers: JobHandlers;
  readonly jobRunner: JobRunner;
  readonly mailDesk: MailDesk;
  readonly mailKinds: MailKinds;
};

const partsOf = (assembly: Assembly): readonly Part[] => {
  const { definition, config, storage, messaging, health, metrics, log } = assembly;
  const swept = { database: storage.database, log: messaging.log };
  return [
    { provide: ServiceName, useValue: new ServiceName(definition.name) },
    { provide: ServiceConfig, useValue: new ServiceConfig(config) },
    { provide: Log, useValue: log },
    { provide: Health, useValue: health },
    { provide: Metrics, useValue: metrics },
    { provide: Consumers, useValue: assembly.consumers },
    { provide: Projections, useValue: assembly.projections },
    { provide: ReadModels, useValue: assembly.readModels },
    { provide: Reactions, useValue: assembly.reactions },
    { provide: ParkedRecords, useValue: assembly.parkedRecords },
    { provide: BehindConsumers, useValue: assembly.behind },
    {
      provide: ConsumerResets,
      useValue: new ConsumerResets((group) => messaging.consumerOf(group)),
    },
    { provide: Heartbeat, useValue: assembly.heartbeat },
    { provide: Alerts, useValue: assembly.alerts },
    { provide: RaisedAlerts, useValue: assembly.raisedAlerts },
    { provide: MailDesk, useValue: assembly.mailDesk },
    { provide: MailKinds, useValue: assembly.mailKinds },
    { provide: MailOutbox, useValue: mailOutboxOf(assembly) },
    { provide: UncertainMails, useValue: uncertainMailsOf(assembly) },
    {
      provide: ActBook,
      useValue: new ActBook(storage.store, storage.clock, () => storage.tenants.ids()),
    },
    { provide: ListLooks, useValue: new ListLooks(storage.store, storage.clock) },
    ...storagePartsOf(storage),
    ...storePartsOf(definition),
    { provide: JobHandlers, useValue: assembly.jobHandlers },
    { provide: JobRunner, useValue: assembly.jobRunner },
    { provide: FormTokens, useValue: storage.formTokens },
    { provide: Pages, useValue: new Pages() },
    { provide: MessageLog, useValue: messaging.log },
    {
      provide: ConsumerLags,
      useValue: new ConsumerLags((group) => messaging.lagOf(group), storage.database.queryable),
    },
    { provide: Sweep, useValue: new Sweep({ ...swept, logName: config.KAFKA_BROKERS }) },
    { provide: Canaries, useValue: new Canaries(swept) },
  ];
};

const openApp = async (assembly: Assembly): Promise<NestFastifyApplication> => {
  const { definition, config, log, metrics, storage, shutdownHooks } = assembly;
  const app = await createHttpApp(PlatformModule.around(definition.module, partsOf(assembly)), {
    log,
    metrics,
    apiKeys: storage.callers,
    clock: storage.clock,
    idempotencyKeys: storage.idempotencyKeys,
    requestsPerMinute: config.TACT_REQUESTS_PER_MINUTE,
    trustedProxies: config.TACT_TRUSTED_PROXIES,
    ...(config.TACT_PUBLIC_ORIGIN === undefined ? {} : { publicOrigin: config.TACT_PUBLIC_ORIGIN }),
  });
  shutdownHooks.add('http', () => app.close());
  assertOneHandlerPerCommand(app);
  return app;
};

const makeFirstKey = async ({ config, storage, log }: Assembly): Promise<void> => {
  const { TACT_BOOTSTRAP_API_KEY: key, TACT_BOOTSTRAP_TENANT: tenantId } = config;
  if (key === undefined) return;
  // A key in the settings of a server is the operator's own choice; the embedded platform draws one by itself.
  const replaces = config.TACT_MODE === 'server' || config.TACT_NEW_FIRST_KEY === 'yes';
  const { database, clock, store } = storage;
  const revoked = await ensureFirstKey(
    database,
    clock,
    { key, tenantId, replaces },
    async (tx, changed) => void (await store.appendIn(tx, firstKeyActs(tenantId, changed))),
  );
  if (revoked.length > 0) log.warn({ revoked }, 'the first API key was replaced');
};

const listen = async (app: NestFastifyApplication, config: PlatformConfig): Promise<number> => {
  const address = { host: config.HOST, port: config.PORT };
  await app.listen(address.port, address.host).catch((error: unknown) => {
    throw listenRefusal(error, address);
  });
  return (app.getHttpServer().address() as AddressInfo).port;
};

const startJobs = async (assembly: Assembly): Promise<void> => {
  const { storage, jobHandlers, jobRunner: runner, log, shutdownHooks } = assembly;
  const { clock, jobs, keyRotation: rotation, database } = storage;
  jobHandlers.add(new RotateKeys({ rotation, log, clock }));
  await scheduleRotation(jobs, database.queryable);
  sendMails(assembly);
  runner.start();
  const unfollow = clock.onMove(() => runner.wake());
  watchJobs({ ...assembly, runner });
  shutdownHooks.add('jobs', () => {
    unfollow();
    return runner.stop();
  });
};

const start = async (
  assembly: Assembly,
): Promise<{ app: NestFastifyApplication; port: number }> => {
  const { storage, messaging, health, shutdownHooks, config } = assembly;
  await makeFirstKey(assembly);
  watchStorage(assembly.heartbeat, health, assembly.metrics);
  await watchClock(assembly);
  watchAlerts(assembly.alerts, {
    ...assembly,
    relay: messaging.relay,
    troubles: () => messaging.troubles(),
    mails: new OpenMails(storage.database.queryable),
    clock: storage.clock,
  });
  // Added before the edge, hence stopped after it: what the last requests append is still relayed.
  shutdownHooks.add('consumers and relay', () => messaging.stop());
  const app = await openApp(assembly);
  await messaging.start();
  const port = await listen(app, config);
  const { idempotencyKeys, tokens, database, clock } = storage;
  const sweep = () => {
    void idempotencyKeys.deleteExpired().catch(() => undefined);
    void tokens.deleteExpired(database.queryable).catch(() => undefined);
    // How long ago something ended is known by a trusted clock alone.
    if (clock.isTrusted) {
      void new SessionRegister(clock).deleteEnded(database.queryable).catch(() => undefined);
      void storage.proposals.register.forgetOld(database.queryable).catch(() => undefined);
    }
    void forgetMails(database.queryable, clock).catch(() => undefined);
  };
  const timer = setInterval(sweep, HOUR_MS).unref();
  shutdownHooks.add('sweeper', () => Promise.resolve(clearInterval(timer)));
  await startJobs(assembly);
  void messaging.employed.then(() => assembly.parkedRecords.allWatched());
  const { mailer } = assembly.mailDesk;
  const alertMails = alertMailsOf({ ...assembly, mailer, service: assembly.definition.name });
  lookAtAlerts({ ...assembly, alertMails });
  return { app, port };
};

/** Starts a service inside this process. Throws with one clear sentence, and with everything closed again. */
export const bootService = async (
  definition: ServiceDefinition,
  options: BootOptions,
): Promise<RunningService> => {
  const config: PlatformConfig = readConfig(options.environment, definition.configSchema);
  const { name } = definition;
  const log = options.log ?? createLog({ service: name, level: config.TACT_LOG_LEVEL });
  const shutdownHooks = new ShutdownHooks(log);
  const metrics = new Metrics(name);
  try {
    const storage = await openStorage({ config, definition, shutdownHooks, lines: log, metrics });
    const offers = {
      consumers: new Consumers(),
      projections: new Projections(),
      readModels: new ReadModels(),
      reactions: new Reactions(),
      parkedRecords: new ParkedRecords(),
      behind: new BehindConsumers(storage.database, () => storage.clock.now()),
      heartbeat: new Heartbeat(storage.database, storage.clock),
      alerts: new Alerts(),
    };
    await offers.behind.load();
    const { database, store, clock } = storage;
    const jobHandlers = new JobHandlers();
    const mayBeLoopback = config.TACT_MODE === 'embedded';
    const mailDesk = new MailDesk(Mailer.of(config, { log, metrics, mayBeLoopback }));
    const mailKinds = new MailKinds();
    const tools = { health: new Health(), metrics, log, shutdownHooks, mailDesk, mailKinds };
    const raisedAlerts = new RaisedAlerts({ ...storage, alerts: offers.alerts });
    const jobRunner = new JobRunner({
      database,
      wakeUp: store.wakeUp,
      handlers: jobHandlers,
      now: () => clock.now(),
      lines: log,
      metrics: tools.metrics,
    });
    const work = { jobHandlers, jobRunner };
    const base = { config, definition, storage, ...offers, ...tools, ...work, raisedAlerts };
    const messaging = await Messaging.open(base);
    watchMessaging(messaging, base);
    const { app, port } = await start({ ...base, messaging });
    log.info({ port, settings: redactedConfig(config) }, 'service ready');
    const stop = () => shutdownHooks.closeAll();
    const origin = `http://${config.HOST}:${port}`;
    const settled = (wait: { timeoutMs?: number } = {}) =>
      messaging.settled(wait.timeoutMs ?? 30_000);
    return { name, origin, port, app, config, log, settled, stop, failed: messaging.failed };
  } catch (error) {
    await shutdownHooks.closeAll();
    throw error;
  }
};
