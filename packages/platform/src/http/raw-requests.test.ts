import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Controller, Get, HttpCode, Module, Post, Req } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { neighbourOf, rawCases, runCase, type RawTarget } from '../../../testing/src/raw-suite.ts';
import { createLog } from '../observability/logger.ts';
import { Metrics } from '../observability/metrics.ts';
import { Public } from './access/access-decorators.ts';
import { RawRoute } from './body-parsers.ts';
import { createHttpApp } from './http-app.ts';

const echo = ({ method, url, headers: { authorization } }: FastifyRequest) => ({
  method,
  url,
  authorization,
});

/** The paths of the suite, answered with what was asked. */
@Controller()
@Public()
class EchoController {
  @Post('v1/webhooks/whatsapp')
  @RawRoute()
  @HttpCode(200)
  posted(@Req() request: FastifyRequest) {
    return echo(request);
  }

  @Get('v1/models')
  asked(@Req() request: FastifyRequest) {
    return echo(request);
  }

  @Get('v1/models/:nth')
  askedOne(@Req() request: FastifyRequest) {
    return echo(request);
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

let app: NestFastifyApplication;
let target: RawTarget;

beforeAll(async () => {
  app = await createHttpApp(EchoModule, {
    log: createLog({ service: 'echo', level: 'silent' }),
    metrics: new Metrics('echo', { process: false }),
    apiKeys: { verify: () => Promise.resolve(undefined) },
    requestsPerMinute: 1_000_000,
  });
  const received: string[] = [];
  // Behind the hooks that refuse: whatever comes here would be done.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', ({ method, url }, _reply, done) => {
      if (!url.startsWith('/v1/models/neighbour-')) received.push(`${method} ${url}`);
      done();
    });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  target = {
    port,
    received: () => received.splice(0),
    neighbour: neighbourOf(`http://127.0.0.1:${port}`),
    isGateway: false,
  };
});
afterAll(() => app.close());

test.each(rawCases)("a service's own port takes no two requests for one: $name", async (one) => {
  expect((await runCase(one, target)).breach).toBeUndefined();
});
