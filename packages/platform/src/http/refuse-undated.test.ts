import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Controller, Delete, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem } from '@tact/contracts';
import { Clock } from '../config/clock.ts';
import { createLog } from '../observability/logger.ts';
import { Metrics } from '../observability/metrics.ts';
import { Public } from './access/access-decorators.ts';
import { createHttpApp } from './http-app.ts';
import { Describe } from './openapi/describe.ts';

@Controller('v1')
@Public()
class DecisionsController {
  @Get('decisions')
  @Describe({ operationId: 'show', tag: 'Contacts', summary: 'Shows' })
  show() {
    return {};
  }

  @Post('decisions')
  @Describe({ operationId: 'decide', tag: 'Contacts', summary: 'Decides' })
  decide() {
    return {};
  }

  @Delete('decisions')
  @Describe({ operationId: 'undo', tag: 'Contacts', summary: 'Undoes' })
  undo() {
    return {};
  }

  @Post('operations/mend')
  @Describe({ operationId: 'mend', tag: 'Operations', summary: 'Mends' })
  mend() {
    return {};
  }
}

@Module({ controllers: [DecisionsController] })
class DecisionsModule {}

const clock = new Clock();
let app: NestFastifyApplication;
beforeAll(async () => {
  app = await createHttpApp(DecisionsModule, {
    log: createLog({ service: 'things', level: 'silent' }),
    metrics: new Metrics('things', { process: false }),
    apiKeys: { verify: () => Promise.resolve(undefined) },
    clock,
  });
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(() => app.close());

const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string) => {
  const answer = await app.inject({ method, url });
  return { status: answer.statusCode, answer };
};

test('while the clocks differ, what is decided by the time is refused, and sent again later', async () => {
  clock.noteSkew(3_000);
  for (const method of ['POST', 'DELETE'] as const) {
    const { status, answer } = await ask(method, '/v1/decisions');
    expect([status, answer.headers['retry-after']]).toEqual([503, '30']);
    expect(Problem.parse(answer.json())).toMatchObject({
      type: '/problems/unavailable',
      detail: expect.stringContaining('clocks'),
    });
  }
  expect((await ask('GET', '/v1/decisions')).status).toBe(200);
  expect((await ask('POST', '/v1/operations/mend')).status).toBe(201);
  clock.noteSkew(-1_900);
  expect((await ask('POST', '/v1/decisions')).status).toBe(201);
});
