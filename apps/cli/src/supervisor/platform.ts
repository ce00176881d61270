import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { serviceNames, type ServiceName } from '@tact/contracts';
import type { Secrets } from '../home/demo-credentials.ts';
import type { Home } from '../home/home.ts';
import { identityOf } from '../home/process-identity.ts';
import { Refusal } from '../terminal/refusal.ts';
import { writeRunFile } from '../home/run-file.ts';
import { answerClock, receivedClock } from './clock-messages.ts';
import { PlatformClock } from './platform-clock.ts';
import { healthOn } from './service-health.ts';
import { Stores } from './stores.ts';
import { SupervisedService } from './supervised-service.ts';
import { mailEnv, supervisedSink } from './supervised-sink.ts';
import { Supervisor } from './supervisor.ts';
import type { Terminal } from '../terminal/terminal.ts';

export type PlatformOptions = {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: Secrets;
  /** The first API key takes the place of the one there was. */
  readonly newKey: boolean;
  readonly port: number;
  readonly kafka: boolean;
  readonly terminal: Terminal;
};

const READY_MS_MAX = 60_000;
const RECORD_AGAIN_MS = 5_000;
/** The gateway lets requests end for three seconds, which it has to be given. */
const GATEWAY_GRACE_MS = 5_000;
const MAIL_GRACE_MS = 1_000;

const builtAt = (app: ServiceName | 'gateway', given?: string): string => {
  const entry = given || fileURLToPath(new URL(`../../../${app}/dist/main.js`, import.meta.url));
  if (!existsSync(entry)) throw new Refusal(`The service ${app} is not built: run npm start.`);
  return entry;
};

/** Where a service's program lies; tests put a small stand-in there. Throws `Refusal` when it was never built. */
const entryOf =
  (env: NodeJS.ProcessEnv) =>
  (service: ServiceName): string =>
    builtAt(service, env['TACT_SERVICE_ENTRY']?.replaceAll('{service}', service));

const gatewayEnv = ({ env, port }: PlatformOptions): NodeJS.ProcessEnv => ({
  ...env,
  PORT: String(port),
  TACT_MODE: 'embedded',
  // React warns, and checks more, in any other.
  NODE_ENV: 'production',
  TACT_OPERATOR_PORT: env['TACT_OPERATOR_PORT'] || '0',
});

const serviceEnv = ({ env, home, secrets, newKey }: PlatformOptions): NodeJS.ProcessEnv => ({
  ...env,
  PORT: '0',
  HOST: '127.0.0.1',
  TACT_HOME: home.root,
  TACT_MODE: 'embedded',
  // React warns, and checks more, in any other.
  NODE_ENV: 'production',
  // Who stands before the gateway is the gateway's to know; the services hear of it from the gateway alone.
  TACT_TRUSTED_PROXIES: 'loopback',
  TACT_TENANT: secrets.tenant,
  TACT_BOOTSTRAP_TENANT: secrets.tenant,
  WHATSAPP_TENANT: secrets.tenant,
  TACT_BOOTSTRAP_API_KEY: secrets.apiKey,
  TACT_NEW_FIRST_KEY: newKey ? 'yes' : 'no',
  WHATSAPP_APP_SECRET: secrets.whatsapp.appSecret,
  WHATSAPP_VERIFY_TOKEN: secrets.whatsapp.verifyToken,
  WHATSAPP_WABA_IDS: secrets.whatsapp.wabaIds.join(','),
});

/** Everything one start holds: the gateway, the stores and the services. */
export class Platform {
  readonly #options: PlatformOptions;
  readonly #stores: Stores;
  readonly #startedAt = new Date().toISOString();
  #isRecorded = true;
  #recordAgain: NodeJS.Timeout | undefined;
  #gateway: SupervisedService | undefined;
  #mail: SupervisedService | undefined;
  #supervisor: Supervisor | undefined;
  readonly #clock: PlatformClock;

  constructor(options: PlatformOptions) {
    this.#options = options;
    this.#clock = new PlatformClock({
      home: options.home,
      setAt: this.#startedAt,
      startAt: options.env['TACT_CLOCK'] || undefined,
      services: () => this.#supervisor?.running ?? [],
    });
    this.#stores = new Stores({ ...options, changed: () => this.#record() });
  }

  get origin(): string {
    return this.#gateway?.origin ?? '';
  }

  /** Resolves when every service answers ready. Throws `Refusal`, or the reason of the signal. */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { env, home, terminal } = this.#options;
    // The port first: when it is taken, nothing else needs to start.
    await this.#startGateway();
    signal.throwIfAborted();
    terminal.line(`  ✓ listening on ${this.origin}`);
    await Promise.all([this.#stores.start(), this.#startMail()]);
    signal.throwIfAborted();
    const supervisor = new Supervisor({
      entryOf: entryOf(env),
      env: () => ({
        ...serviceEnv(this.#options),
        ...this.#stores.env,
        ...mailEnv(this.#mail?.port, env),
        // What the operator says wins: mails lead there, and nobody but this machine knows localhost.
        TACT_PUBLIC_ORIGIN: env['TACT_PUBLIC_ORIGIN'] || this.origin,
        // A service that is started again goes on with the clock of the others.
        TACT_CLOCK_SET_AT: this.#startedAt,
        TACT_CLOCK_ADVANCED_MS: String(this.#clock.advancedMs),
      }),
      // One that was starting while the clock was moved had read its settings before.
      readyMessage: () => this.#clock.message,
      received: (from, message) => receivedClock(this.#clock, from, message),
      logs: home.logs,
      warn: terminal.warn,
      changed: () => {
        this.#record();
        this.#gateway?.tell(this.#origins());
      },
    });
    this.#supervisor = supervisor;
    await terminal.step('four services started', (note) => supervisor.start(note, signal));
    await terminal.step('every service answers ready', (note) => this.#untilReady(note, signal));
  }

  /** Ports of the services that answer now. */
  get servicePorts(): readonly number[] {
    return (this.#supervisor?.services ?? []).flatMap(({ port }) => port ?? []);
  }

  /** In the order of use, so that nothing is cut off from what it needs: the database is last. */
  async stop(): Promise<void> {
    clearTimeout(this.#recordAgain);
    const { step } = this.#options.terminal;
    const [gateway, supervisor] = [this.#gateway, this.#supervisor];
    if (gateway) await step('gateway stopped', () => gateway.stop(GATEWAY_GRACE_MS));
    if (supervisor) await step('services stopped', () => supervisor.stop());
    await this.#mail?.stop(MAIL_GRACE_MS);
    await this.#stores.stop();
  }

  killNow(): void {
    this.#gateway?.killNow();
    this.#supervisor?.killNow();
    this.#mail?.killNow();
    this.#stores.killNow();
  }

  #startGateway(): Promise<void> {
    const { home, terminal } = this.#options;
    this.#gateway = new SupervisedService({
      service: 'gateway',
      entry: builtAt('gateway'),
      env: () => gatewayEnv(this.#options),
      received: (message) =>
        void answerClock(this.#clock, message, (answer) => this.#gateway?.tell(answer)),
      logFile: join(home.logs, 'gateway.log'),
      warn: terminal.warn,
      changed: () => this.#record(),
      startMessage: () => this.#origins(),
      keepsPort: true,
      // Nobody is served until it is back.
      backoff: { firstMs: 50, longestMs: 1_000 },
    });
    return this.#gateway.start();
  }

  /** An SMTP server of the caller's own takes the place of the sink. */
  async #startMail(): Promise<void> {
    const { home, env, terminal } = this.#options;
    if (env['SMTP_URL']) return;
    const changed = () => {
      this.#record();
      this.#gateway?.tell(this.#origins());
    };
    this.#mail = supervisedSink({ home, env, warn: terminal.warn, changed });
    await this.#mail.start();
  }

  /** Where the services answer now, in the words the gateway understands. */
  #origins(): object {
    const origins = Object.fromEntries(
      serviceNames.flatMap((service) => {
        const origin = this.#supervisor?.originOf(service);
        return origin === undefined ? [] : [[service, origin]];
      }),
    );
    const mail = this.#mail?.port === undefined ? undefined : this.#mail.origin;
    return { type: 'origins', origins, ...(mail === undefined ? {} : { mail }) };
  }

  async #notReady(): Promise<readonly ServiceName[]> {
    const asked = (this.#supervisor?.services ?? []).map(async ({ service, port }) => {
      const health = port === undefined ? undefined : await healthOn(port);
      return health?.status === 'ready' ? [] : [service];
    });
    return (await Promise.all(asked)).flat();
  }

  async #untilReady(note: (text: string) => void, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + READY_MS_MAX;
    for (;;) {
      const waiting = await this.#notReady();
      if (waiting.length === 0) return;
      if (Date.now() > deadline) {
        throw new Refusal(`Not ready after a minute: ${waiting.join(', ')}; see the logs.`);
      }
      note(`waiting for ${waiting.join(', ')}`);
      await sleep(100, undefined, { signal });
    }
  }

  #record(): void {
    clearTimeout(this.#recordAgain);
    const supervisor = identityOf(process.pid);
    if (supervisor === undefined) return;
    const { home, terminal } = this.#options;
    try {
      writeRunFile(home, {
        supervisor,
        origin: this.origin,
        startedAt: this.#startedAt,
        ...this.#stores.run,
        ...(this.#gateway === undefined ? {} : { gateway: this.#gateway.run }),
        ...(this.#mail === undefined ? {} : { mail: this.#mail.run }),
        services: [...(this.#supervisor?.services ?? [])],
      });
      this.#isRecorded = true;
    } catch {
      // A full disk while running: what runs goes on running, `tact status` shows the last state written.
      if (this.#isRecorded) terminal.warn('the state of the services could not be written to disk');
      this.#isRecorded = false;
      this.#recordAgain = setTimeout(() => this.#record(), RECORD_AGAIN_MS).unref();
    }
  }
}
