import { Clock } from '../../config/clock.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { testDatabase } from '../../../../testing/src/postgres.ts';
import type { TestDatabase } from '../../../../testing/src/postgres.ts';
import { currentContext } from '../../observability/context.ts';
import { createLog } from '../../observability/logger.ts';
import { Metrics } from '../../observability/metrics.ts';
import { openDatabase } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrations.ts';
import { RequireScope } from '../access/access-decorators.ts';
import { createHttpApp } from '../http-app.ts';
import { ProblemError } from '../problem-error.ts';
import { Idempotent } from './idempotency-interceptor.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import { idempotencyMigrations } from './idempotency-migrations.ts';

const runs: (string | undefined)[] = [];
const clock = new Clock();
let behaviour: () => Promise<void>;
let answer: object | undefined;

@Controller('v1/things')
class ThingController {
  @Post()
  @HttpCode(202)
  @RequireScope('contacts:write')
  @Idempotent()
  async create(@Body() _body: object) {
    runs.push(currentContext()?.commandId);
    await behaviour();
    return answer ?? { thing: runs.length };
  }

  @Post('keys')
  @RequireScope('contacts:write')
  @Idempotent({ secretFields: ['key'] })
  key(@Body() _body: object) {
    runs.push(currentContext()?.commandId);
    return { keyId: 'ak_1', key: 'tact_test_told-once' };
  }
}

@Module({ controllers: [ThingController] })
class ThingModule {}

let server: TestDatabase;
let database: Database;
let app: NestFastifyApplication;
const secret = Buffer.alloc(32, 7);

beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url, schema: 'things' });
  await migrate(database, idempotencyMigrations);
  const tenants = new Map([
    ['a', 'acme'],
    ['b', 'bravo'],
  ]);
  app = await createHttpApp(ThingModule, {
    log: createLog({ service: 'things', level: 'silent' }),
    metrics: new Metrics('things', { process: false }),
    idempotencyKeys: new IdempotencyKeys(database.queryable, secret, { clock, leaseSeconds: 1 }),
    apiKeys: {
      verify: (key) => {
        const tenantId = tenants.get(key);
        const scopes = ['contacts:write' as const];
        return Promise.resolve(
          tenantId ? { actorId: `ak_${key}`, keyId: `ak_${key}`, tenantId, scopes } : undefined,
        );
      },
    },
  });
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(async () => {
  await app?.close();
  await database?.close();
  await server?.drop();
});
beforeEach(() => {
  runs.splice(0);
  behaviour = () => Promise.resolve();
  answer = undefined;
});

const post = (key: string | undefined, payload: object = { phone: '+33639980777' }, caller = 'a') =>
  app.inject({
    method: 'POST',
    url: '/v1/things',
    headers: {
      authorization: `Bearer ${caller}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    payload,
  });

describe('an idempotency key', () => {
  test('gives the first answer again, status and all', async () => {
    const key = randomUUID();
    const [first, second] = [await post(key), await post(key)];
    expect([first.statusCode, second.statusCode]).toEqual([202, 202]);
    expect(second.json()).toEqual(first.json());
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(runs).toHaveLength(1);
  });

  test('with another body is 422', async () => {
    const key = randomUUID();
    await post(key);
    expect((await post(key, { other: 1 })).statusCode).toBe(422);
    expect(runs).toHaveLength(1);
  });

  test('whose first call still runs is 409, and nothing runs twice', async () => {
    const key = randomUUID();
    const gate = Promise.withResolvers<void>();
    behaviour = () => gate.promise;
    const first = post(key);
    while (runs.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const others = await Promise.all(Array.from({ length: 20 }, () => post(key)));
    expect(new Set(others.map(({ statusCode }) => statusCode))).toEqual(new Set([409]));
    expect(others[0]?.headers['retry-after']).toBeDefined();
    gate.resolve();
    expect((await first).statusCode).toBe(202);
    expect(runs).toHaveLength(1);
  });

  test('is free again after a refusal, and a corrected body may use it', async () => {
    const key = randomUUID();
    behaviour = () => Promise.reject(new ProblemError('unprocessable'));
    expect((await post(key)).statusCode).toBe(422);
    behaviour = () => Promise.resolve();
    expect((await post(key, { corrected: true })).statusCode).toBe(202);
  });

  test('is its caller’s own: a colleague who uses the same is answered for themselves', async () => {
    const identity = {
      tenantId: 'acme',
      route: 'POST /v1/things',
      key: randomUUID(),
      content: ['x'],
    };
    const keys = new IdempotencyKeys(database.queryable, secret, { clock });
    const one = await keys.claim({ ...identity, actorId: 'st_1' });
    const other = await keys.claim({ ...identity, actorId: 'st_2' });
    const again = await keys.claim({ ...identity, actorId: 'st_1' });
    expect([one.kind, other.kind, again.kind]).toEqual(['run', 'run', 'running']);
  });

  test('of a run that died is taken over after its lease, with the same command id', async () => {
    const key = randomUUID();
    // The run of a process that was killed: claimed, and never kept nor released.
    const dead = new IdempotencyKeys(database.queryable, secret, { clock, leaseSeconds: 0 });
    const payload = { x: 1 };
    const claim = await dead.claim({
      tenantId: 'acme',
      actorId: 'ak_a',
      route: 'POST /v1/things',
      key,
      content: ['/v1/things', Buffer.from(JSON.stringify(payload))],
    });
    expect((await post(key, payload)).statusCode).toBe(202);
    expect(runs).toEqual([claim.kind === 'run' ? claim.commandId : 'was not claimed']);
  });

  test('of a run that broke runs again at once as the same command; another body may not have it', async () => {
    const key = randomUUID();
    behaviour = () => Promise.reject(new Error('the connection was lost during the commit'));
    expect((await post(key)).statusCode).toBe(500);
    behaviour = () => Promise.resolve();
    expect((await post(key, { other: 1 })).statusCode).toBe(422);
    expect((await post(key)).statusCode).toBe(202);
    expect(runs).toHaveLength(2);
    expect(runs[0]).toBe(runs[1]);
  });

  test('used again after its day is a new command', async () => {
    const key = randomUUID();
    await post(key);
    await database.queryable.query(
      "UPDATE idempotency_keys SET expires_at = now() - interval '1 s'",
    );
    expect((await post(key)).statusCode).toBe(202);
    expect(runs).toHaveLength(2);
    expect(runs[0]).not.toBe(runs[1]);
  });

  test('belongs to one tenant', async () => {
    const key = randomUUID();
    await post(key);
    expect((await post(key, { other: 1 }, 'b')).statusCode).toBe(202);
    expect(runs).toHaveLength(2);
  });
});

test('without the header every call runs', async () => {
  await post(undefined);
  await post(undefined);
  expect(runs).toEqual([undefined, undefined]);
});

test('neither the key, the body nor the answer is in the database, not even as a plain hash', async () => {
  answer = { thing: '+33639980777' };
  const first = await post('order-of-+33639980777', { phone: '+33639980777' });
  const second = await post('order-of-+33639980777', { phone: '+33639980777' });
  expect([first.json(), second.json()]).toEqual([answer, answer]);
  const rows = await database.queryable.query('SELECT k::text AS row FROM idempotency_keys k');
  expect(JSON.stringify(rows)).not.toContain('33639980777');
});

test('a secret of the answer is told once: it is not kept, and a repeated answer comes without it', async () => {
  const call = () =>
    app.inject({
      method: 'POST',
      url: '/v1/things/keys',
      headers: { authorization: 'Bearer a', 'idempotency-key': 'keys-once' },
      payload: {},
    });
  expect((await call()).json()).toEqual({ keyId: 'ak_1', key: 'tact_test_told-once' });
  const again = await call();
  expect([again.statusCode, again.json()]).toEqual([201, { keyId: 'ak_1' }]);
  expect(again.headers['idempotent-replayed']).toBe('true');
  expect(runs).toHaveLength(1);
  const rows = await database.queryable.query('SELECT k::text AS row FROM idempotency_keys k');
  // The answer itself is sealed; that it comes without the secret is seen in the repeated one above.
  expect(JSON.stringify(rows)).not.toContain('ak_1');
  expect(JSON.stringify(rows)).not.toContain('told-once');
});
