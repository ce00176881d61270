import { createHmac } from 'node:crypto';
import { serviceOfPath, type ServiceName } from '@tact/contracts';
import { complianceService } from '@tact/compliance';
import { ingestionService, MessageFollower } from '@tact/ingestion';
import { outreachService } from '@tact/outreach';
import { bootService, createLog, type RunningService, Clock, JobRunner } from '@tact/platform';
import { scoringService } from '@tact/scoring';
import { migratedDatabase } from './migrated-database.ts';
import type { TestDatabase } from './postgres.ts';
import { scratchFolder } from './scratch.ts';

/** Every service of the platform. */
export const definitions = [ingestionService, scoringService, outreachService, complianceService];

export const appSecret = 'fixture-app-secret-not-a-real-one';
export const wabaIds = ['990010000000101', '990010000000102'] as const;
export const apiKey = `tact_demo_${'a1'.repeat(24)}`;

export type Answer<Body> = { readonly status: number; readonly body: Body };

export type Constellation = {
  readonly databaseUrl: string;
  /** Where the services keep their files. */
  readonly home: string;
  /** Where each service listens, for what the gateway does not pass on. */
  readonly services: readonly { readonly service: ServiceName; readonly origin: string }[];
  /** Where the gateway would send a path. */
  originOf(path: string): string;
  /** Every line the services logged. */
  readonly logLines: readonly string[];
  call<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
  webhook(body: object | Buffer, signature?: string): Promise<number>;
  /** Moves the present of all services on. */
  advance(ms: number): void;
  /** Resolves once every relay, projection and consumer has nothing left to do. */
  settled(): Promise<void>;
  /** One round of what ingestion does about messages by the clock, once everything is settled. */
  followed(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * All four services in this process; requests go where the gateway would send them. On a database of their own, or on
 * `given`, which is the caller's to drop.
 */
export const startConstellation = async (
  settings: Record<string, string> = {},
  given?: TestDatabase,
): Promise<Constellation> => {
  const database = given ?? (await migratedDatabase(...definitions));
  const logLines: string[] = [];
  const destination = { write: (line: string) => void logLines.push(line) };
  const environment = {
    DATABASE_URL: database.url,
    TACT_HOME: scratchFolder(),
    TACT_MODE: 'embedded',
    TACT_BOOTSTRAP_API_KEY: apiKey,
    WHATSAPP_APP_SECRET: appSecret,
    WHATSAPP_VERIFY_TOKEN: 'fixture-verify-token-not-a-real-one',
    WHATSAPP_WABA_IDS: wabaIds.join(','),
    // Rounds are made by tests that want one: see `followed`.
    MESSAGE_WATCH_SECONDS: '3600',
    ...settings,
  };
  // At once, as the platform starts them: each waits for the database most of the time.
  const booting = definitions.map(async (definition) => {
    const log = createLog({ service: definition.name, level: 'info', destination });
    return [definition.name, await bootService(definition, { environment, log })] as const;
  });
  const booted = await Promise.allSettled(booting);
  const running = new Map<ServiceName, RunningService>(
    booted.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
  );
  const failed = booted.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all([...running.values()].map((service) => service.stop()));
    throw failed.reason;
  }
  // The same of jobs: what is due by the clock is done by tests that want it.
  await running.get('ingestion')?.app.get(JobRunner).stop();
  const services = [...running.values()];

  const originOf = (path: string): string => {
    const service = serviceOfPath(path.split('?')[0] ?? '');
    const origin = service && running.get(service)?.origin;
    if (!origin) throw new Error(`no service answers ${path}`);
    return origin;
  };

  const request = (method: string, path: string, init: RequestInit): Promise<Response> =>
    fetch(`${originOf(path)}${path}`, { method, ...init });

  const settled = async () => {
    // A service may hand on what another one just handed to it, so everyone is asked twice.
    for (const service of [...services, ...services]) await service.settled();
  };

  return {
    databaseUrl: database.url,
    home: environment.TACT_HOME,
    services: services.map(({ name, origin }) => ({ service: name as ServiceName, origin })),
    originOf,
    logLines,
    async call<Body>(
      method: string,
      path: string,
      body?: unknown,
      headers = {},
    ): Promise<Answer<Body>> {
      const json = body === undefined ? {} : { 'content-type': 'application/json' };
      const response = await request(method, path, {
        headers: { authorization: `Bearer ${apiKey}`, ...json, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Body };
    },
    async webhook(body, signature) {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
      const own = `sha256=${createHmac('sha256', appSecret).update(bytes).digest('hex')}`;
      const response = await request('POST', '/v1/webhooks/whatsapp', {
        headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature ?? own },
        body: new Uint8Array(bytes),
      });
      await response.arrayBuffer();
      return response.status;
    },
    advance(ms) {
      for (const { app } of services) {
        const clock = app.get(Clock);
        clock.moveTo(clock.advancedMs + ms);
      }
    },
    settled,
    async followed() {
      const { app } = running.get('ingestion')!;
      await settled();
      await app.get(MessageFollower).follow(app.get(Clock).now());
      await settled();
    },
    async stop() {
      await Promise.all(services.map((service) => service.stop()));
      if (given === undefined) await database.drop();
    },
  };
};
