import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Health } from '../../observability/health.ts';
import { createLog } from '../../observability/logger.ts';
import { Metrics } from '../../observability/metrics.ts';
import { RawRoute } from '../body-parsers.ts';
import { createHttpApp } from '../http-app.ts';
import { OperationsController } from '../operations/operations.http.ts';
import { ServiceName } from '../operations/service-name.ts';
import { Public, RequireScope } from './access-decorators.ts';

@Controller('v1/things')
class ThingController {
  @Get()
  @RequireScope('scores:read')
  list() {
    return {};
  }

  @Get('open')
  @Public()
  open() {
    return {};
  }

  @Post('signed')
  @HttpCode(200)
  @Public()
  @RawRoute()
  signed() {
    return {};
  }
}

const metrics = new Metrics('things', { process: false });

@Module({
  controllers: [ThingController, OperationsController],
  providers: [
    { provide: Health, useValue: new Health() },
    { provide: Metrics, useValue: metrics },
    { provide: ServiceName, useValue: new ServiceName('things') },
  ],
})
class ThingModule {}

const scopesOf: Readonly<Record<string, readonly string[]>> = {
  'good-1': ['scores:read'],
  'good-2': ['scores:read'],
  narrow: [],
};

let app: NestFastifyApplication;
beforeEach(async () => {
  app = await createHttpApp(ThingModule, {
    log: createLog({ service: 'things', level: 'silent' }),
    metrics,
    requestsPerMinute: 3,
    trustedProxies: '192.0.2.200',
    apiKeys: {
      verify: (key) =>
        Promise.resolve(
          scopesOf[key] && {
            actorId: `ak_${key}`,
            keyId: `ak_${key}`,
            tenantId: 'acme',
            scopes: scopesOf[key] as [],
          },
        ),
      refusalOf: (key) => Promise.resolve(key === 'old' ? 'revoked' : undefined),
    },
  });
  await app.getHttpAdapter().getInstance().ready();
});
afterEach(() => app.close());

type Call = {
  readonly key?: string;
  readonly url?: string;
  readonly from?: string;
  readonly forwardedFor?: string;
};
const ask = ({ key, url = '/v1/things', from = '192.0.2.1', forwardedFor }: Call) =>
  app.inject({
    method: url.endsWith('signed') ? 'POST' : 'GET',
    url,
    remoteAddress: from,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }),
    },
  });
const call = async (one: Call) => (await ask(one)).statusCode;
const calls = async (count: number, one: (nth: number) => Call) => {
  const statuses = [];
  for (let nth = 0; nth < count; nth += 1) statuses.push(await call(one(nth)));
  return statuses;
};

describe('keys and addresses are counted apart', () => {
  test('a key that this process has not seen is answered, whatever its address did', async () => {
    const junk = await calls(6, (nth) => ({ key: `junk-${nth}` }));
    expect(junk).toEqual([401, 401, 401, 429, 429, 429]);
    expect(await call({ url: '/v1/nothing' })).toBe(429);
    expect(await calls(4, () => ({ key: 'good-1' }))).toEqual([200, 200, 200, 429]);
  });

  test('no key is counted with another, and none with what needs no key', async () => {
    await calls(5, () => ({ key: 'good-1' }));
    expect(await call({ key: 'good-1', from: '192.0.2.9' })).toBe(429);
    expect(await call({ key: 'good-2' })).toBe(200);
    expect(await call({ key: 'junk' })).toBe(401);
    expect(await call({ url: '/v1/things/open' })).toBe(200);
  });

  test('a key is one caller however its header is written', async () => {
    const of = (authorization: string) =>
      app.inject({ url: '/v1/things', headers: { authorization } });
    for (const text of ['Bearer good-1', 'bearer good-1', 'BEARER   good-1']) await of(text);
    expect((await of('Bearer  good-1')).statusCode).toBe(429);
  });

  test('what needs no key is counted by address, a signed route by itself, probes not at all', async () => {
    const open = { url: '/v1/things/open' };
    expect(await calls(4, () => open)).toEqual([200, 200, 200, 429]);
    expect(await call({ ...open, from: '192.0.2.2' })).toBe(200);
    expect(await calls(9, () => ({ url: '/v1/things/signed' }))).toEqual(Array(9).fill(200));
    expect(await calls(9, () => ({ url: '/health/live' }))).toEqual(Array(9).fill(200));
    const beside = await calls(4, () => ({ url: '/health/nothing' }));
    expect(beside).toEqual([404, 404, 404, 429]);
  });

  test('a limit is a problem that says when to come back', async () => {
    await calls(3, () => ({ key: 'good-1' }));
    const { headers, statusCode, body } = await ask({ key: 'good-1' });
    expect(JSON.parse(body)).toMatchObject({ type: '/problems/rate-limited', status: statusCode });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(headers['x-ratelimit-limit']).toBe('3');
  });
});

describe('the address of a caller', () => {
  const junk = (one: Call) => (nth: number) => ({ key: `junk-${nth}`, ...one });

  test('is what a trusted proxy says, and not what a stranger says', async () => {
    const proxy = '192.0.2.200';
    await calls(4, junk({ from: proxy, forwardedFor: '198.51.100.1' }));
    expect(await call({ from: proxy, forwardedFor: '198.51.100.1' })).toBe(429);
    expect(await call({ from: proxy, forwardedFor: '198.51.100.2' })).toBe(401);
    expect(await call({ from: proxy, forwardedFor: '198.51.100.1, 198.51.100.3' })).toBe(401);
    const forged = await calls(4, (nth) => ({
      from: '203.0.113.5',
      forwardedFor: `10.0.0.${nth}`,
    }));
    expect(forged).toEqual([401, 401, 401, 429]);
    const invented = await calls(4, (nth) => ({ from: proxy, forwardedFor: `not-one-${nth}` }));
    expect(invented).toEqual([401, 401, 401, 429]);
  });

  test('is a network of 64 bits where it is IPv6', async () => {
    const one = await calls(4, (nth) => ({ from: `2001:db8:1:2::${nth + 1}` }));
    expect(one).toEqual([401, 401, 401, 429]);
    expect(await call({ from: '2001:db8:1:3::1' })).toBe(401);
    const zoned = await calls(4, () => ({ from: 'fe80::1%eth0' }));
    expect(zoned).toEqual([401, 401, 401, 429]);
    await calls(4, junk({ from: '::ffff:198.51.100.7' }));
    expect(await call({ from: '198.51.100.7' })).toBe(429);
  });
});

describe('what the gateway asks before it takes a body', () => {
  const url = '/internal/caller';

  test('a key that works is good, whatever it may do', async () => {
    expect(await call({ url, key: 'narrow' })).toBe(204);
    const old = await ask({ url, key: 'old' });
    expect([old.statusCode, old.json()]).toMatchObject([
      401,
      { detail: expect.stringMatching(/revoked/) },
    ]);
    expect(await call({ url })).toBe(401);
  });

  test('asking is not counted as calling, and answers as the call would', async () => {
    expect(await call({ url, key: 'good-1' })).toBe(204);
    expect(await calls(3, () => ({ key: 'good-1' }))).toEqual([200, 200, 200]);
    const beyond = await ask({ url, key: 'good-1' });
    expect([beyond.statusCode, Number(beyond.headers['retry-after']) > 0]).toEqual([429, true]);
    expect(await calls(4, () => ({ url, key: 'good-2' }))).toEqual([204, 204, 204, 429]);
    expect(await call({ key: 'good-2' })).toBe(200);
  });
});
