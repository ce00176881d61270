import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import { testDatabase } from '../../../testing/src/postgres.ts';
import type { TestDatabase } from '../../../testing/src/postgres.ts';
import { EventStore } from '../event-store/event-store.ts';
import { RequireScope, Tenant } from '../http/access/access-decorators.ts';
import { createLog } from '../observability/logger.ts';
import { Database } from '../postgres/database.ts';
import { bootService } from './boot-service.ts';
import type { RunningService } from './boot-service.ts';
import type { ServiceDefinition } from './service-definition.ts';

const contactId = `ct_${'0'.repeat(32)}`;

@Controller('v1/signals')
class SignalController {
  constructor(private readonly store: EventStore) {}

  @Post()
  @HttpCode(200)
  @RequireScope('signals:write')
  async record(@Tenant() tenantId: string) {
    const { version } = await this.store.append({
      stream: contactId,
      expected: 'any',
      events: [{ type: 'ContactRegistered', data: { contactId, identities: { crmId: 'c-1' } } }],
      context: { tenantId, subject: contactId },
    });
    return { version };
  }
}

@Module({ controllers: [SignalController] })
class SignalModule {}

const definition: ServiceDefinition = {
  name: 'ingestion',
  module: SignalModule,
  migrations: [],
  stores: [],
};
const key = `tact_demo_${'a1'.repeat(24)}`;
const lines: string[] = [];
const log = createLog({
  service: 'ingestion',
  level: 'info',
  destination: { write: (line: string) => void lines.push(line) },
});

/** A wire to a server that can be cut, to see what a service does without it. */
class Wire {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #isFrozen = false;
  port = 0;

  constructor(private readonly target: { host: string; port: number }) {}

  async mend(): Promise<void> {
    this.#server = createServer((near) => {
      const far = connect(this.target);
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
      if (this.#isFrozen) for (const socket of [near, far]) socket.pause();
    });
    await new Promise<void>((resolve) => this.#server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** As a stopped server, or a firewall, does it: connections stay open, also new ones, and nothing comes. */
  freeze(): void {
    for (const socket of this.#sockets) socket.pause();
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const socket of this.#sockets) socket.resume();
  }

  cut(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

let server: TestDatabase;
let home: string;

beforeAll(async () => {
  server = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-outage-'));
}, 60_000);
afterAll(async () => {
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const start = (changes: Record<string, string>) => {
  const base = { TACT_HOME: home, TACT_MODE: 'embedded', TACT_BOOTSTRAP_API_KEY: key };
  const environment = { ...base, DATABASE_URL: server.url, ...changes };
  return bootService(definition, { environment, log });
};

const post = async ({ origin }: RunningService) => {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${origin}/v1/signals`, { method: 'POST', headers });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after') };
};

const readiness = async ({ origin }: RunningService) => {
  const answer = await fetch(`${origin}/health/ready`);
  const { checks } = (await answer.json()) as { checks: object };
  return { status: answer.status, checks };
};

test('a database that is away makes 503 and unready; back again, nothing needs a restart', async () => {
  const { hostname, port } = new URL(server.url);
  const wire = new Wire({ host: hostname, port: Number(port) });
  await wire.mend();
  const url = new URL(server.url);
  url.host = `127.0.0.1:${wire.port}`;
  const service = await start({ DATABASE_URL: url.href });
  try {
    expect(await post(service)).toEqual({ status: 200, retryAfter: null });
    wire.cut();
    expect(await post(service)).toEqual({ status: 503, retryAfter: '2' });
    const away = await readiness(service);
    expect([away.status, away.checks]).toEqual([503, expect.objectContaining({ storage: 'down' })]);
    await wire.mend();
    await expect(service.settled({ timeoutMs: 20_000 })).resolves.toBeUndefined();
    expect(await post(service)).toEqual({ status: 200, retryAfter: null });
    await service.settled({ timeoutMs: 20_000 });
  } finally {
    await service.stop();
    wire.cut();
  }
}, 60_000);

test('a database that says nothing makes 503 within five seconds, and then at once', async () => {
  const { hostname, port } = new URL(server.url);
  const wire = new Wire({ host: hostname, port: Number(port) });
  await wire.mend();
  const url = new URL(server.url);
  url.host = `127.0.0.1:${wire.port}`;
  const service = await start({ DATABASE_URL: url.href });
  const timed = async () => {
    const begun = performance.now();
    const answer = await post(service);
    return { ...answer, ms: performance.now() - begun };
  };
  try {
    expect((await post(service)).status).toBe(200);
    // A job of the start that fails meanwhile rests longer than this test waits.
    await service.settled({ timeoutMs: 20_000 });
    wire.freeze();
    const together = await Promise.all(Array.from({ length: 30 }, timed));
    for (const { status, ms } of together) {
      expect(status).toBe(503);
      expect(ms).toBeLessThan(5_000);
    }
    const next = await timed();
    expect(next.status).toBe(503);
    // It did not wait as they did.
    expect(next.ms).toBeLessThan(Math.min(...together.map(({ ms }) => ms)));
    expect((await readiness(service)).status).toBe(503);
    wire.thaw();
    const deadline = Date.now() + 20_000;
    while ((await readiness(service)).status !== 200 && Date.now() < deadline);
    await expect(service.settled({ timeoutMs: 20_000 })).resolves.toBeUndefined();
    expect(await post(service)).toEqual({ status: 200, retryAfter: null });
  } finally {
    await service.stop();
    wire.cut();
  }
}, 60_000);

test('a statement that takes long is left to its end while the server answers others', async () => {
  const service = await start({});
  try {
    const { queryable } = service.app.get(Database);
    expect(await queryable.query('SELECT 1 AS one FROM pg_sleep(5)')).toEqual([{ one: 1 }]);
  } finally {
    await service.stop();
  }
}, 60_000);

test('a broker that is away at the start keeps nobody out', async () => {
  const service = await start({ KAFKA_BROKERS: '127.0.0.1:1' });
  try {
    expect((await post(service)).status).toBe(200);
    const report = await readiness(service);
    expect([report.status, report.checks]).toEqual([
      200,
      { storage: 'up', clock: 'up', 'relay-and-consumers': 'up', consumers: 'up', log: 'down' },
    ]);
    await expect(service.settled({ timeoutMs: 100 })).rejects.toThrow('wait to be published');
  } finally {
    const begun = performance.now();
    await service.stop();
    expect(performance.now() - begun).toBeLessThan(10_000);
  }
}, 60_000);
