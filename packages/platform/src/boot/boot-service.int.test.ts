import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { DataSource, EntitySchema } from 'typeorm';
import { z } from 'zod';
import { testDatabase } from '../../../testing/src/postgres.ts';
import type { TestDatabase } from '../../../testing/src/postgres.ts';
import { Clock } from '../config/clock.ts';
import { ServiceConfig } from '../config/config.ts';
import type { ConsumedEvent, Consumer } from '../consumer/consumer.ts';
import { EventStore } from '../event-store/event-store.ts';
import { Public, RequireScope, Tenant } from '../http/access/access-decorators.ts';
import { createLog } from '../observability/logger.ts';
import type { ProjectedEvent } from '../event-store/events.ts';
import { Database } from '../postgres/database.ts';
import type { Projection } from '../projection/projection.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { bootService } from './boot-service.ts';
import type { RunningService } from './boot-service.ts';
import { provideConsumer } from './consumers.ts';
import { provideProjection } from './projections.ts';
import type { ServiceDefinition } from './service-definition.ts';

const contactId = `ct_${'0'.repeat(32)}`;
const phone = '+33639980777';

class RecordLikelihood extends Command<{ version: number }> {
  constructor(readonly tenantId: string) {
    super();
  }
}

@CommandHandler(RecordLikelihood)
class RecordLikelihoodHandler implements ICommandHandler<RecordLikelihood> {
  constructor(private readonly store: EventStore) {}

  async execute({ tenantId }: RecordLikelihood) {
    const { version } = await this.store.append({
      stream: contactId,
      expected: 'any',
      events: [{ type: 'ContactRegistered', data: { contactId, identities: { phone } } }],
      context: { tenantId, subject: contactId },
    });
    return { version };
  }
}

@CommandHandler(RecordLikelihood)
class SecondHandler implements ICommandHandler<RecordLikelihood> {
  execute() {
    return Promise.resolve({ version: 0 });
  }
}

class Follower implements Consumer {
  readonly group = 'ingestion-follower';
  readonly topics = ['contact-signals.v1'];
  readonly types = ['ContactRegistered'];
  readonly personalData = 'opened';

  async handle(tx: Queryable, events: readonly ConsumedEvent[]): Promise<void> {
    for (const { subject, correlationid, data } of events) {
      await tx.query('INSERT INTO seen (contact_id, correlation_id, data) VALUES ($1, $2, $3)', [
        subject,
        correlationid,
        JSON.stringify(data),
      ]);
    }
  }
}

class Frequency implements Projection {
  readonly name = 'tally';
  readonly version = 1;
  readonly types = ['ContactRegistered'];
  readonly tables = ['tally'];

  async handle(tx: Queryable, events: readonly ProjectedEvent[]): Promise<void> {
    await tx.query('INSERT INTO tally (events) VALUES ($1)', [events.length]);
  }
}

type Seen = { contactId: string; correlationId: string; data: string };
const SeenTable = new EntitySchema<Seen>({
  name: 'Seen',
  tableName: 'seen',
  columns: {
    contactId: { name: 'contact_id', type: 'text', primary: true },
    correlationId: { name: 'correlation_id', type: 'text' },
    data: { type: 'text' },
  },
});

@Controller('v1/signals')
class SignalController {
  constructor(
    private readonly commands: CommandBus,
    private readonly rows: DataSource,
    private readonly clock: Clock,
    private readonly config: ServiceConfig<{ GREETING: string }>,
  ) {}

  @Post()
  @HttpCode(200)
  @RequireScope('signals:write')
  record(@Tenant() tenantId: string, @Body() _body: object) {
    return this.commands.execute(new RecordLikelihood(tenantId));
  }

  @Get()
  @Public()
  async seen() {
    const rows = await this.rows.getRepository(SeenTable).find();
    return { rows, now: this.clock.now(), greeting: this.config.values.GREETING };
  }
}

@Module({
  controllers: [SignalController],
  providers: [
    RecordLikelihoodHandler,
    Follower,
    provideConsumer(Follower),
    Frequency,
    provideProjection(Frequency),
  ],
})
class SignalModule {}

@Module({ providers: [RecordLikelihoodHandler, SecondHandler] })
class TwiceHandledModule {}

const definition: ServiceDefinition = {
  stores: [],
  name: 'ingestion',
  module: SignalModule,
  entities: [SeenTable],
  configSchema: z.object({ GREETING: z.string() }),
  migrations: [
    {
      name: 'Seen1764000002000',
      up: `CREATE TABLE seen (contact_id text, correlation_id text, data text);
           CREATE TABLE tally (events integer)`,
    },
  ],
};

let server: TestDatabase;
let home: string;
let service: RunningService;
const lines: string[] = [];
const key = `tact_demo_${'a1'.repeat(24)}`;
const log = createLog({
  service: 'ingestion',
  level: 'debug',
  destination: { write: (line: string) => void lines.push(line) },
});
const environment = () => ({
  DATABASE_URL: server.url,
  TACT_HOME: home,
  TACT_MODE: 'embedded',
  TACT_CLOCK: '2030-01-01T00:00:00Z',
  TACT_BOOTSTRAP_API_KEY: key,
  GREETING: 'good day',
});

beforeAll(async () => {
  server = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-boot-'));
  service = await bootService(definition, { environment: environment(), log });
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

describe('a running service', () => {
  test('is ready, and says how it was set up without secrets', async () => {
    // That its first key was made is an event, which may still be on its way.
    await service.settled();
    const answer = await fetch(`${service.origin}/health/ready`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        status: 'ready',
        checks: {
          storage: 'up',
          clock: 'up',
          'relay-and-consumers': 'up',
          consumers: 'up',
          log: 'up',
        },
        relay: { depth: 0, oldestAgeSeconds: 0 },
        consumers: [
          { group: 'tally', lag: 0, parked: 0 },
          { group: 'ingestion-follower', lag: 0, parked: 0 },
        ],
        jobs: [expect.objectContaining({ kind: 'rotate-keys', parked: 0 })],
      },
    ]);
    const printed = lines.find((line) => line.includes('service ready')) ?? '';
    expect(printed).toContain('"GREETING":"[set]"');
    expect(lines.join('\n')).not.toContain(key);
  });

  test('takes a command, and its consumer sees the fact under the same correlation', async () => {
    const correlationId = '018f5d3c-0000-7000-8000-00000000abcd';
    const recorded = await fetch(`${service.origin}/v1/signals`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'x-correlation-id': correlationId,
      },
      body: '{}',
    });
    expect([recorded.status, await recorded.json()]).toEqual([200, { version: 1 }]);
    await service.settled();
    const seen = (await (await fetch(`${service.origin}/v1/signals`)).json()) as {
      rows: Seen[];
      now: string;
    };
    expect(seen.rows).toEqual([expect.objectContaining({ contactId, correlationId })]);
    expect(JSON.parse(seen.rows[0]?.data ?? '{}')).toMatchObject({ identities: { phone } });
    expect(seen).toMatchObject({ greeting: 'good day' });
    const { queryable } = service.app.get(Database);
    expect(await queryable.query('SELECT events FROM tally')).toEqual([{ events: 1 }]);
    expect(seen.now).toMatch(/^2030-01-01T00:/);
  });

  test('leaves no phone in its schema, in the log, or in its log lines', async () => {
    const { queryable } = service.app.get(Database);
    for (const table of ['ingestion.events', 'log.record']) {
      const rows = await queryable.query(`SELECT t::text AS row FROM ${table} t`);
      expect(rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(rows)).not.toContain(phone.slice(1));
    }
    expect(lines.join('\n')).not.toContain(phone.slice(1));
  });
});

describe('one clear sentence', () => {
  const refusal = (changes: Record<string, string>, changed: Partial<ServiceDefinition> = {}) =>
    bootService(
      { ...definition, ...changed },
      { environment: { ...environment(), ...changes }, log },
    ).then(
      () => 'it started',
      (error: Error) => error.message,
    );

  test('for a database that is not there', async () => {
    const sentence = await refusal({ DATABASE_URL: 'postgres://tact:secret@127.0.0.1:1/tact' });
    expect(sentence).toMatch(
      /^DATABASE_URL postgres:\/\/tact@127\.0\.0\.1:1\/tact cannot be used: /,
    );
    expect(sentence).not.toContain('secret');
  });

  test('for a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    expect(await refusal({ PORT: String(port) })).toBe(
      `127.0.0.1:${port} cannot be used: another program listens there; set PORT to another one, or to 0 for any free port.`,
    );
    await new Promise((resolve) => other.close(resolve));
  });

  test('for a setting that is missing', async () => {
    expect(await refusal({ GREETING: '' })).toBe('GREETING is not set.');
  });

  test('for a folder without the keys of this database, which stays empty', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tact-other-keys-'));
    expect(await refusal({ TACT_KEYS_DIR: folder })).toMatch(
      /^There is no .*root\.key, and this database was made with one: restore the keys folder/,
    );
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test('for an epoch whose key is gone', async () => {
    const keys = join(home, 'keys');
    const [epoch = ''] = (await readdir(keys)).filter((name) => name.startsWith('epoch-'));
    await rename(join(keys, epoch), join(home, 'aside'));
    expect(await refusal({})).toMatch(
      /^The keys of these epochs are not at the provider.*1 person/,
    );
    await rename(join(home, 'aside'), join(keys, epoch));
  });

  test('for a second first key that nobody asked for', async () => {
    const other = { TACT_BOOTSTRAP_API_KEY: `tact_demo_${'b'.repeat(48)}` };
    expect(await refusal({ ...other, TACT_MODE: 'embedded' })).toMatch(
      /^The first API key given here is not the one the database knows \(ak_[0-9a-f]+, made /,
    );
  });

  test('for a command with two handlers', async () => {
    expect(await refusal({}, { module: TwiceHandledModule })).toBe(
      'RecordLikelihood has 2 handlers; it must have one.',
    );
  });
});
