import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PageLimit, Problem } from '@tact/contracts';
import { z } from 'zod';
import { currentContext } from '../observability/context.ts';
import { createLog } from '../observability/logger.ts';
import { Metrics } from '../observability/metrics.ts';
import { Public, RequireScope, RequireScopeByQuery, Tenant } from './access/access-decorators.ts';
import { RawRoute, Streamed, StreamRoute } from './body-parsers.ts';
import type { StreamedBody } from './body-parsers.ts';
import { createHttpApp } from './http-app.ts';
import { ProblemError } from './problem-error.ts';

const canary = '+33639980777';

const Probe = z.strictObject({
  kind: z.enum(['one', 'two']),
  count: z.int().max(10).optional(),
  when: z.iso.datetime().optional(),
  tags: z.record(z.string(), z.string().max(5)).optional(),
});
const ProbeId = z.string().regex(/^ct_[0-9a-z]{10}$/);

@Controller('v1/probes')
class ProbeController {
  @Post()
  @RequireScope('contacts:write')
  @HttpCode(200)
  create(@Body({ schema: Probe }) body: z.infer<typeof Probe>, @Tenant() tenantId: string) {
    return { kind: body.kind, tenantId, context: currentContext() };
  }

  @Get()
  @RequireScope('contacts:write')
  list(
    @Query({ schema: z.strictObject({ limit: PageLimit.optional() }) })
    query: object,
  ) {
    return query;
  }

  @Get('undeclared')
  undeclared() {
    return {};
  }

  @Get('broken')
  @Public()
  broken() {
    throw new Error(`could not call ${canary}`, { cause: new SyntaxError(`bad ${canary}`) });
  }

  @Get('away')
  @Public()
  away() {
    throw Object.assign(new Error(`connect ECONNREFUSED`), { code: 'ECONNREFUSED' });
  }

  @Get('changed')
  @Public()
  changed() {
    throw new ProblemError('version-conflict', { detail: 'The case moved to version 4.' });
  }

  @Post('raw')
  @Public()
  @RawRoute()
  @HttpCode(200)
  raw(@Body() body: Buffer) {
    return { bytes: body.length, isBuffer: Buffer.isBuffer(body) };
  }

  @Post('stream')
  @RequireScope('contacts:write')
  @StreamRoute({ line: Probe })
  @HttpCode(202)
  async stream(@Streamed() { body, format }: StreamedBody) {
    let bytes = 0;
    for await (const chunk of body) bytes += (chunk as Buffer).length;
    return { bytes, format };
  }

  @Get('chosen')
  @RequireScopeByQuery('type', { written: 'contacts:write', read: 'scores:read' })
  chosen(@Query({ schema: z.strictObject({ type: z.enum(['written', 'read']) }) }) query: object) {
    return query;
  }

  @Get(':probeId')
  @RequireScope('contacts:write')
  one(@Param('probeId', { schema: ProbeId }) probeId: string) {
    return { probeId };
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const lines: string[] = [];
const metrics = new Metrics('probe', { process: false });
let app: NestFastifyApplication;

beforeAll(async () => {
  const destination = { write: (line: string) => void lines.push(line) };
  app = await createHttpApp(ProbeModule, {
    log: createLog({ service: 'probe', level: 'debug', destination }),
    metrics,
    apiKeys: {
      verify: (key) =>
        Promise.resolve(
          key === 'good'
            ? {
                actorId: 'ak_1',
                keyId: 'ak_1',
                tenantId: 'acme',
                scopes: ['contacts:write' as const],
              }
            : key === 'narrow'
              ? {
                  actorId: 'ak_2',
                  keyId: 'ak_2',
                  tenantId: 'acme',
                  scopes: ['scores:read' as const],
                }
              : undefined,
        ),
      refusalOf: (key) => Promise.resolve(key === 'old' ? 'expired' : undefined),
    },
  });
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(() => app.close());
beforeEach(() => void lines.splice(0));

const authorization = 'Bearer good';
const inject = (options: Parameters<NestFastifyApplication['inject']>[0]) => app.inject(options);
const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

const expectProblem = (
  answer: { body: string; statusCode: number; headers: object },
  slug: string,
) => {
  const problem = Problem.parse(JSON.parse(answer.body));
  expect({ slug: problem.type, status: problem.status }).toEqual({
    slug: `/problems/${slug}`,
    status: answer.statusCode,
  });
  expect(answer.headers).toMatchObject({
    'content-type': expect.stringMatching(/^application\/problem\+json/),
  });
  return problem;
};

describe('a good request', () => {
  test('is answered, and leaves one log line without path, query or headers', async () => {
    const answer = await inject({
      method: 'POST',
      url: '/v1/probes',
      headers: { authorization, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
      payload: { kind: 'one' },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      tenantId: 'acme',
      context: { tenantId: 'acme', keyId: 'ak_1', traceId: 'a'.repeat(32) },
    });
    const requests = logged().filter(({ msg }) => msg === 'request answered');
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      route: '/v1/probes',
      status: 200,
      outcome: 'ok',
      traceId: 'a'.repeat(32),
      tenantId: 'acme',
    });
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'x-correlation-id': answer.json<{ context: { correlationId: string } }>().context
        .correlationId,
    });
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });

  test('is counted under its pattern', async () => {
    await inject({ url: '/v1/probes/ct_0123456789', headers: { authorization } });
    const { text } = await metrics.print();
    expect(text).toContain('route="/v1/probes/:probeId"');
    expect(text).not.toContain('ct_0123456789');
  });
});

describe('who may call', () => {
  test.each([
    ['no key', undefined, '/v1/probes', 'unauthenticated'],
    ['an unknown key', 'Bearer bad', '/v1/probes', 'unauthenticated'],
    ['another scope', 'Bearer narrow', '/v1/probes', 'scope-missing'],
    ['a route that names no scope', authorization, '/v1/probes/undeclared', 'scope-missing'],
  ])('%s is refused', async (_name, given, url, slug) => {
    const answer = await inject({ url, headers: given ? { authorization: given } : {} });
    expectProblem(answer, slug);
  });

  test('a key that has expired is told so, and an unknown one is not', async () => {
    const detailWith = async (key: string) => {
      const answer = await inject({ url: '/v1/probes', headers: { authorization: key } });
      expect(answer.headers['www-authenticate']).toContain('Bearer');
      return answer.json<Problem>().detail;
    };
    expect(await detailWith('Bearer old')).toContain('expired');
    expect(await detailWith('Bearer bad')).not.toContain('expired');
  });

  test.each([
    ['good', 'written', 200],
    ['good', 'read', 403],
    ['narrow', 'written', 403],
    ['narrow', 'read', 200],
    ['narrow', 'neither', 400],
    ['none', 'read', 401],
  ])('the key %s asks for what is %s: %d', async (key, type, status) => {
    const headers = { authorization: `Bearer ${key}` };
    const answer = await inject({ url: `/v1/probes/chosen?type=${type}`, headers });
    expect(answer.statusCode).toBe(status);
  });

  test('the missing scope is named', async () => {
    const answer = await inject({ url: '/v1/probes', headers: { authorization: 'Bearer narrow' } });
    expect(answer.json<Problem>().detail).toContain('contacts:write');
  });
});

describe('a refused request', () => {
  const post = (payload: unknown) =>
    inject({
      method: 'POST',
      url: '/v1/probes',
      headers: { authorization, 'content-type': 'application/json' },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });

  test('points at each field that is wrong', async () => {
    const problem = expectProblem(
      await post({
        kind: canary,
        count: 11,
        when: canary,
        [canary]: 1,
        tags: { [canary]: 'too long' },
      }),
      'validation-failed',
    );
    expect(problem.errors).toEqual([
      { pointer: '/kind', message: 'Expected one of: one, two.' },
      { pointer: '/count', message: 'Too big: at most 10.' },
      { pointer: '/when', message: 'Expected the format datetime.' },
      { pointer: '/tags/*', message: 'Too big: at most 5.' },
      { pointer: '', message: 'There are unknown fields here.' },
    ]);
  });

  test.each([
    ['not JSON', `{"phone":${canary}`, 'malformed-request'],
    ['poisoned', '{"__proto__":{"x":1},"kind":"one"}', 'malformed-request'],
    [
      'poisoned through the constructor',
      '{"constructor":{"prototype":{"x":1}}}',
      'malformed-request',
    ],
    ['too large', `"${'x'.repeat(1024 * 1024)}"`, 'body-too-large'],
    ['of another shape', '[]', 'validation-failed'],
    ['empty', '', 'validation-failed'],
  ])('a body that is %s', async (_name, body, slug) => {
    expectProblem(await post(body), slug);
  });

  test.each([
    ['with U+0000', String.raw`{"kind":"one","tags":{"a":"\u0000"}}`, 'malformed-request'],
    [
      'with U+0000 in a name',
      String.raw`{"kind":"one","tags":{"\u0000":"a"}}`,
      'malformed-request',
    ],
    ['with half a pair', String.raw`{"kind":"one","tags":{"a":"\uD83D"}}`, 'malformed-request'],
    [
      'not UTF-8',
      Buffer.from([...Buffer.from('{"kind":"one","tags":{"a":"'), 0xff, ...Buffer.from('"}}')]),
      'malformed-request',
    ],
  ])('a text that cannot be stored: %s', async (_name, payload, slug) => {
    const headers = { authorization, 'content-type': 'application/json' };
    expectProblem(await inject({ method: 'POST', url: '/v1/probes', headers, payload }), slug);
  });

  test('an escaped emoji is a text like any other', async () => {
    const tags = String.raw`{"a":"\ud83d\ude00","b":"\\u00"}`;
    expect((await post(`{"kind":"one","tags":${tags}}`)).statusCode).toBe(200);
  });

  test('a content type that is not served', async () => {
    const headers = { authorization, 'content-type': 'text/xml' };
    const answer = await inject({ method: 'POST', url: '/v1/probes', headers, payload: '<a/>' });
    expectProblem(answer, 'unsupported-media-type');
  });

  test.each([
    ['GET', `/v1/nothing/${canary}`, 'not-found'],
    ['DELETE', '/v1/probes', 'method-not-allowed'],
    ['GET', `/v1/probes/${canary}`, 'not-found'],
    ['GET', '/v1/probes/%zz', 'malformed-request'],
    ['GET', '/v1/probes/changed', 'version-conflict'],
    ['GET', '/v1/probes/away', 'unavailable'],
    ['GET', '/v1/probes/broken', 'internal-error'],
  ] as const)('%s %s is %s', async (method, url, slug) => {
    expectProblem(await inject({ method, url, headers: { authorization } }), slug);
  });

  test('says which methods there are, and when to come back', async () => {
    const wrong = await inject({ method: 'DELETE', url: '/v1/probes', headers: { authorization } });
    expect(wrong.headers['allow']).toBe('GET, HEAD, POST');
    const away = await inject({ url: '/v1/probes/away' });
    expect(away.headers['retry-after']).toBe('2');
  });
});

describe('what a body of a caller with a key may cost', () => {
  const post = (payload: string) =>
    inject({
      method: 'POST',
      url: '/v1/probes',
      headers: { authorization, 'content-type': 'application/json' },
      payload,
    });
  const megabyte = 1024 * 1024 - 2;

  test.each([
    ['of open brackets', '['.repeat(megabyte)],
    ['of nested lists', '['.repeat(megabyte / 2) + ']'.repeat(megabyte / 2)],
    ['of nested objects', `${'{"a":'.repeat(170_000)}1${'}'.repeat(170_000)}`],
    ['of empty objects', `[${'{},'.repeat(340_000)}{}]`],
    ['of numbers', `[${'1,'.repeat(500_000)}1]`],
  ])('a megabyte %s is refused before anything parses it', async (_name, payload) => {
    const parse = jest.spyOn(JSON, 'parse');
    try {
      const answer = await post(payload);
      expect(parse).not.toHaveBeenCalled();
      expectProblem(answer, 'malformed-request');
    } finally {
      parse.mockRestore();
    }
  });

  test('a megabyte of poison at the end is parsed once and refused', async () => {
    const payload = `{"a":"${'x'.repeat(900_000)}","__proto__":1}`;
    expectProblem(await post(payload), 'malformed-request');
  });

  test('a refusal says what is too much', async () => {
    const problem = expectProblem(await post(`[${'{},'.repeat(50_000)}{}]`), 'malformed-request');
    expect(problem.detail).toMatch(/32 levels.*30000 values/);
  });
});

describe('a raw route', () => {
  test('is given bytes that nobody parsed', async () => {
    const parse = jest.spyOn(JSON, 'parse');
    try {
      const headers = { 'content-type': 'application/json' };
      const payload = Buffer.from('['.repeat(3 * 1024 * 1024));
      await app.inject({ method: 'POST', url: '/v1/probes/raw', headers, payload });
      expect(parse).not.toHaveBeenCalled();
    } finally {
      parse.mockRestore();
    }
  });

  test.each(['application/json', 'text/plain', undefined])(
    'gets bytes of type %s',
    async (type) => {
      const headers = type === undefined ? {} : { 'content-type': type };
      const payload = Buffer.from('{"not": json');
      const answer = await inject({ method: 'POST', url: '/v1/probes/raw', headers, payload });
      expect(answer.json()).toEqual({ bytes: payload.length, isBuffer: true });
    },
  );

  test.each([
    [3 * 1024 * 1024, 200],
    [3 * 1024 * 1024 + 1, 413],
  ])('of %d bytes is answered %d', async (bytes, status) => {
    const headers = { 'content-type': 'application/json' };
    const payload = Buffer.alloc(bytes, 'x');
    const answer = await inject({ method: 'POST', url: '/v1/probes/raw', headers, payload });
    expect(answer.statusCode).toBe(status);
  });
});

describe('a streamed route', () => {
  const stream = (type: string, payload: Buffer, key = 'good') => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': type };
    return inject({ method: 'POST', url: '/v1/probes/stream', headers, payload });
  };

  test.each([
    ['application/x-ndjson', 'ndjson'],
    ['application/jsonl', 'ndjson'],
    ['text/csv; charset=utf-8', 'csv'],
  ])('takes %s beyond every limit of other bodies', async (type, format) => {
    const payload = Buffer.alloc(5 * 1024 * 1024, 'x');
    expect((await stream(type, payload)).json()).toEqual({ bytes: payload.length, format });
  });

  test('refuses other types, and callers without the scope before reading', async () => {
    const json = await stream('application/json', Buffer.from('{}'));
    expect(expectProblem(json, 'unsupported-media-type').detail).toMatch(/ndjson/);
    expectProblem(await stream('text/xml', Buffer.from('<a/>')), 'unsupported-media-type');
    const headers = { authorization, 'content-type': 'text/csv', 'content-encoding': 'gzip' };
    const packed = await inject({
      method: 'POST',
      url: '/v1/probes/stream',
      headers,
      payload: 'x',
    });
    expect(expectProblem(packed, 'unsupported-media-type').detail).toMatch(/not compressed/);
    expectProblem(await stream('text/csv', Buffer.from('a'), 'narrow'), 'scope-missing');
  });

  test('is no way around the limits of the others', async () => {
    const headers = { authorization, 'content-type': 'application/x-ndjson' };
    const answer = await inject({ method: 'POST', url: '/v1/probes', headers, payload: '{}' });
    expect(expectProblem(answer, 'unsupported-media-type').detail).toMatch(/application\/json/);
  });
});

test('a phone number is in no answer and no log line, wherever it was sent', async () => {
  const json = { 'content-type': 'application/json', authorization };
  const answers = await Promise.all([
    inject({ url: `/v1/probes/${canary}`, headers: { authorization } }),
    inject({ url: `/v1/unknown/${canary}?phone=${canary}` }),
    inject({ url: `/v1/probes?limit=${canary}&${canary}=1`, headers: { authorization } }),
    inject({ url: '/v1/probes', headers: { authorization: `Bearer ${canary}` } }),
    inject({
      url: '/v1/probes',
      headers: { authorization, 'x-correlation-id': canary, traceparent: canary },
    }),
    inject({ method: 'POST', url: '/v1/probes', headers: json, payload: `{"phone":${canary}` }),
    inject({ method: 'POST', url: '/v1/probes', headers: json, payload: { [canary]: canary } }),
    inject({ method: 'POST', url: '/v1/probes', headers: json, payload: { kind: canary } }),
    inject({
      method: 'POST',
      url: '/v1/probes',
      headers: { authorization, 'content-type': `text/${canary}` },
      payload: canary,
    }),
    inject({ url: '/v1/probes/broken' }),
  ]);
  const digits = canary.slice(1);
  for (const { body, headers } of answers)
    expect(JSON.stringify([body, headers])).not.toContain(digits);
  expect(lines.length).toBeGreaterThanOrEqual(answers.length);
  expect(lines.join('\n')).not.toContain(digits);
});

test('bytes that are not HTTP get a problem too, and are not repeated', async () => {
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  socket.end(`${canary} / HTTP/9.9\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('application/problem+json');
  expect(answer + lines.join('')).not.toContain(canary.slice(1));
});
