import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ContactId, personal, wholeNumber } from '@tact/contracts';
import { z } from 'zod';
import { Health } from '../../observability/health.ts';
import { createLog } from '../../observability/logger.ts';
import { Metrics } from '../../observability/metrics.ts';
import { Public, RequireScope } from '../access/access-decorators.ts';
import type { CallerIdentity } from '../access/caller.ts';
import { createHttpApp } from '../http-app.ts';
import { Idempotent } from '../idempotency/idempotency-interceptor.ts';
import { Answers, Describe } from '../openapi/describe.ts';
import { OperationsController } from './operations.http.ts';
import { ServiceName } from './service-name.ts';

const CountedContact = z.strictObject({
  phone: personal('phone', z.string()),
  count: z.int().optional(),
});
const Made = z.object({ made: z.boolean() });

@Controller('v1/contacts')
class ThingController {
  @Post(':contactId/things')
  @HttpCode(202)
  @RequireScope('contacts:write')
  @Idempotent()
  @Describe({
    operationId: 'makeThing',
    tag: 'Contacts',
    summary: 'Makes a thing',
    refuses: ['version-conflict'],
  })
  @Answers(Made)
  make(
    @Param('contactId', { schema: ContactId }) _contactId: string,
    @Query({ schema: z.strictObject({ limit: wholeNumber(0, 9).optional() }) }) _query: object,
    @Body({ schema: CountedContact }) _body: object,
  ) {
    return { made: true };
  }

  @Get('open')
  @Public()
  @Describe({ operationId: 'open', tag: 'Contacts', summary: 'Opens' })
  open() {
    return {};
  }
}

const health = new Health();
const metrics = new Metrics('things', { process: false });

@Module({
  controllers: [ThingController, OperationsController],
  providers: [
    { provide: Health, useValue: health },
    { provide: Metrics, useValue: metrics },
    { provide: ServiceName, useValue: new ServiceName('things') },
  ],
})
class ThingModule {}

const identities: Readonly<Record<string, CallerIdentity>> = {
  good: { actorId: 'ak_1', keyId: 'ak_1', tenantId: 'acme', scopes: ['admin'] },
  asking: { actorId: 'ak_2', keyId: 'ak_2', tenantId: 'globex', scopes: ['admin'] },
  operator: { actorId: 'ak_3', keyId: 'ak_3', tenantId: 'host', scopes: ['operator'] },
};

let app: NestFastifyApplication;
let databaseIsUp = true;

beforeAll(async () => {
  const check = () => (databaseIsUp ? Promise.resolve() : Promise.reject(new Error('down')));
  health.add({ name: 'database', required: true, check });
  health.add({ name: 'log', required: false, check: () => Promise.reject(new Error('down')) });
  app = await createHttpApp(ThingModule, {
    log: createLog({ service: 'things', level: 'silent' }),
    metrics,
    requestsPerMinute: 3,
    apiKeys: {
      verify: (key) => Promise.resolve(identities[key]),
    },
  });
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(() => app.close());

test('ready follows what is required, and reports the rest', async () => {
  expect((await app.inject('/health/live')).json()).toEqual({ status: 'live' });
  const up = await app.inject('/health/ready');
  expect([up.statusCode, up.json()]).toEqual([
    200,
    { status: 'ready', checks: { database: 'up', log: 'down' }, reasons: { log: 'failed' } },
  ]);
  databaseIsUp = false;
  const down = await app.inject('/health/ready');
  databaseIsUp = true;
  expect([down.statusCode, down.headers['retry-after']]).toEqual([503, '2']);
});

test('metrics are in the Prometheus text format', async () => {
  const { headers, body } = await app.inject('/metrics');
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(body).toContain('tact_http_request_duration_seconds_count');
});

test('what each tenant asked is told to an operator alone, and /metrics names no tenant', async () => {
  const authorization = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
  await app.inject({ method: 'POST', url: '/v1/contacts/none/things', ...authorization('asking') });
  expect((await app.inject('/metrics')).body).not.toContain('globex');
  const statuses = [
    (await app.inject('/metrics/tenants')).statusCode,
    (await app.inject({ url: '/metrics/tenants', ...authorization('asking') })).statusCode,
  ];
  expect(statuses).toEqual([401, 403]);
  const { body } = await app.inject({ url: '/metrics/tenants', ...authorization('operator') });
  expect(body).toMatch(
    /tact_tenant_requests_total\{tenant="globex",area="contacts",outcome="refused"/,
  );
});

test('openapi.json tells inputs, answers, problems and who may call', async () => {
  const document = (await app.inject('/openapi.json')).json<{ paths: Record<string, object> }>();
  expect(document).toMatchObject({
    openapi: '3.1.0',
    components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
  });
  expect(document.paths['/v1/contacts/{contactId}/things']).toMatchObject({
    post: {
      operationId: 'makeThing',
      summary: 'Makes a thing',
      description: 'Needs the scope `contacts:write`.',
      security: [{ apiKey: [] }],
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: 'contactId', in: 'path', required: true }),
        expect.objectContaining({ name: 'limit', in: 'query', required: false }),
        expect.objectContaining({ name: 'Idempotency-Key', in: 'header' }),
      ]),
      requestBody: {
        content: {
          'application/json': {
            schema: {
              additionalProperties: false,
              properties: { phone: { type: 'string', 'x-personal': 'phone' } },
              required: ['phone'],
            },
          },
        },
      },
      responses: {
        '202': { content: { 'application/json': { schema: { required: ['made'] } } } },
        '404': { $ref: '#/components/responses/NotFound' },
        '409': { $ref: '#/components/responses/IdempotencyInProgressOrVersionConflict' },
        '422': { $ref: '#/components/responses/IdempotencyMismatch' },
      },
    },
  });
  expect(document.paths['/v1/contacts/open']).toMatchObject({ get: { security: [] } });
  expect(document.paths['/metrics']).toMatchObject({ get: { 'x-internal': true } });
});

test('a caller who asks too often is told when to come back; probes are never refused', async () => {
  const call = (remoteAddress: string) => app.inject({ url: '/v1/contacts/open', remoteAddress });
  const answers = [];
  for (let nth = 0; nth < 4; nth++) answers.push(await call('192.0.2.1'));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429]);
  expect(answers[3]?.json()).toMatchObject({ type: '/problems/rate-limited' });
  expect(Number(answers[3]?.headers['retry-after'])).toBeGreaterThan(0);
  expect((await call('192.0.2.2')).statusCode).toBe(200);
  for (let nth = 0; nth < 5; nth++) {
    const probe = await app.inject({ url: '/health/live', remoteAddress: '192.0.2.1' });
    expect(probe.statusCode).toBe(200);
  }
});

test('an invented key a request does not get around the limit; a key that works is counted by itself', async () => {
  const call = async (key: string) => {
    const { statusCode } = await app.inject({
      method: 'POST',
      url: '/v1/contacts/ct_unknown/things',
      remoteAddress: '192.0.2.3',
      headers: { authorization: `Bearer ${key}` },
    });
    return statusCode;
  };
  const invented = [];
  for (let nth = 0; nth < 4; nth++) invented.push(await call(`invented-${nth}`));
  expect(invented).toEqual([401, 401, 401, 429]);
  // The first call of a key is counted by its address, like anybody's.
  const first = await app.inject({
    method: 'POST',
    url: '/v1/contacts/ct_unknown/things',
    remoteAddress: '192.0.2.4',
    headers: { authorization: 'Bearer good' },
  });
  expect(first.statusCode).not.toBe(401);
  expect(await call('good')).not.toBe(429);
});
