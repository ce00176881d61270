import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PageLimit, Problem } from '@tact/contracts';
import { z } from 'zod';
import { createLog } from '../observability/logger.ts';
import { Metrics } from '../observability/metrics.ts';
import { Public, RequireScope } from './access/access-decorators.ts';
import { RawRoute } from './body-parsers.ts';
import { createHttpApp } from './http-app.ts';

const Probe = z.strictObject({ kind: z.enum(['one', 'two']), when: z.iso.datetime().optional() });
const ListQuery = z.strictObject({ limit: PageLimit.optional() });

@Controller('v1/probes')
class ProbeController {
  @Post()
  @RequireScope('contacts:write')
  @HttpCode(200)
  create(@Body({ schema: Probe }) { kind }: z.infer<typeof Probe>) {
    return { kind };
  }

  @Get()
  @RequireScope('contacts:write')
  list(@Query({ schema: ListQuery }) query: object) {
    return query;
  }

  @Post('raw')
  @Public()
  @RawRoute()
  @HttpCode(200)
  raw(@Body() body: Buffer) {
    return { bytes: body.length };
  }

  @Get(':probeId')
  @RequireScope('contacts:write')
  one(@Param('probeId') probeId: string) {
    return { probeId };
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

let app: NestFastifyApplication;

beforeAll(async () => {
  const identity = {
    actorId: 'ak_1',
    keyId: 'ak_1',
    tenantId: 'acme',
    scopes: ['contacts:write' as const],
  };
  app = await createHttpApp(ProbeModule, {
    log: createLog({ service: 'probe', level: 'silent' }),
    metrics: new Metrics('probe', { process: false }),
    apiKeys: { verify: (key) => Promise.resolve(key === 'good' ? identity : undefined) },
  });
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(() => app.close());

const authorization = 'Bearer good';
const inject = (options: Parameters<NestFastifyApplication['inject']>[0]) => app.inject(options);

const expectProblem = (answer: { body: string; statusCode: number }, slug: string): Problem => {
  const problem = Problem.parse(JSON.parse(answer.body));
  expect([problem.type, problem.status]).toEqual([`/problems/${slug}`, answer.statusCode]);
  return problem;
};

describe('the letter of HTTP', () => {
  const post = (headers: Record<string, string>, payload: Buffer | string = '{"kind":"one"}') =>
    inject({ method: 'POST', url: '/v1/probes', headers: { authorization, ...headers }, payload });

  test.each([
    ['gzip', { 'content-encoding': 'gzip' }, /not compressed/],
    ['two encodings', { 'content-encoding': 'identity, br' }, /not compressed/],
    ['another charset', { 'content-type': 'application/json; charset=iso-8859-1' }, /UTF-8/],
    ['a charset there is not', { 'content-type': 'application/json;charset=x' }, /UTF-8/],
  ])('a body of %s is refused', async (_name, headers, detail) => {
    const answer = await post({ 'content-type': 'application/json', ...headers });
    expect(expectProblem(answer, 'unsupported-media-type').detail).toMatch(detail);
  });

  test.each([
    ['identity', { 'content-encoding': 'Identity' }],
    ['its charset', { 'content-type': 'application/json; charset="UTF-8"' }],
  ])('a body that says %s is read', async (_name, headers) => {
    expect((await post({ 'content-type': 'application/json', ...headers })).statusCode).toBe(200);
  });

  test.each(['QUERY', 'PROPFIND', 'TRACE', 'OPTIONS', 'PATCH', 'LOCK'])(
    '%s is no method of a path that serves others, and nothing where nothing is',
    async (method) => {
      const ask = (url: string) => inject({ method: method as 'PATCH', url });
      const served = await ask('/v1/probes');
      expectProblem(served, 'method-not-allowed');
      expect(served.headers).toMatchObject({
        allow: 'GET, HEAD, POST',
        'x-content-type-options': 'nosniff',
      });
      expectProblem(await ask('/v1/probes/'), 'not-found');
      expectProblem(await ask('/v1/nothing'), 'not-found');
    },
  );

  test('a body where nothing is served is not read', async () => {
    const headers = { 'content-type': 'text/xml' };
    const put = (url: string) => inject({ method: 'PUT', url, headers, payload: '<a/>' });
    expectProblem(await put('/v1/probes'), 'method-not-allowed');
    expectProblem(await put('/v1/nothing'), 'not-found');
  });

  test.each([
    ['limit=1&limit=2', '/query/limit'],
    ['limit=0x10', '/query/limit'],
    ['limit=%2010', '/query/limit'],
    ['limit=1e1', '/query/limit'],
    ['limit=%zz', '/query/limit'],
    ['limit=%00', '/query/limit'],
    ['limit=99999999999999999999', '/query/limit'],
    ['other=1', '/query'],
  ])('the query %s is refused', async (query, pointer) => {
    const answer = await inject({ url: `/v1/probes?${query}`, headers: { authorization } });
    expect(expectProblem(answer, 'validation-failed').errors).toMatchObject([{ pointer }]);
  });

  test('a query is refused where none is declared, unless anybody may call', async () => {
    const url = '/v1/probes/ct_0123456789?atLeats=1';
    const answer = await inject({ url, headers: { authorization } });
    expect(expectProblem(answer, 'validation-failed').errors).toEqual([
      { pointer: '/query', message: 'There are unknown fields here.' },
    ]);
    expectProblem(await inject({ url }), 'unauthenticated');
    const raw = { method: 'POST', url: '/v1/probes/raw?of=meta', payload: '{}' } as const;
    expect((await inject(raw)).statusCode).toBe(200);
  });

  test.each([
    '2026-02-30T00:00:00Z',
    '2016-12-31T23:59:60Z',
    '2026-01-01T24:00:00Z',
    '10000-01-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    '2026-01-01T00:00:00+01:00',
    '2026-01-01T00:00Z',
  ])('%s is no instant', async (when) => {
    const answer = await post(
      { 'content-type': 'application/json' },
      JSON.stringify({ kind: 'one', when }),
    );
    expect(expectProblem(answer, 'validation-failed').errors).toMatchObject([{ pointer: '/when' }]);
  });

  test('HEAD is GET without a body', async () => {
    const answer = await inject({ method: 'HEAD', url: '/v1/probes', headers: { authorization } });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  });
});
