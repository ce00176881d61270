import { connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { createLog } from '../../observability/logger.ts';
import { Metrics } from '../../observability/metrics.ts';
import { createHttpApp } from '../http-app.ts';
import { Streamed, StreamRoute } from '../body-parsers.ts';
import type { StreamedBody } from '../body-parsers.ts';
import { Public, RequireOneScope, RequireScope, RequireScopeByQuery } from './access-decorators.ts';

@Controller('v1/things')
class ThingController {
  @Post()
  @HttpCode(200)
  @RequireScope('contacts:write')
  make(@Body() body: unknown) {
    return { made: body !== undefined };
  }

  @Post('by-query')
  @HttpCode(200)
  @RequireScopeByQuery('type', { written: 'contacts:write', read: 'scores:read' })
  byQuery(@Body() body: unknown) {
    return { made: body !== undefined };
  }

  @Post('either')
  @HttpCode(200)
  @RequireOneScope('scores:read', 'signals:write')
  either(@Body() body: unknown) {
    return { made: body !== undefined };
  }

  @Post('undeclared')
  undeclared(@Body() body: unknown) {
    return { made: body !== undefined };
  }

  @Post('stream')
  @RequireScope('contacts:write')
  @StreamRoute({ line: z.object({}) })
  async stream(@Streamed() { body }: StreamedBody) {
    for await (const _ of body);
    return {};
  }

  @Get('read')
  @RequireScope('scores:read')
  read() {
    return {};
  }

  @Get('of-all-tenants')
  @RequireScope('operator')
  ofAllTenants() {
    return {};
  }

  @Get('open')
  @Public()
  open() {
    return {};
  }
}

@Module({ controllers: [ThingController] })
class ThingModule {}

let app: NestFastifyApplication;
let asked: string[] = [];
let lookUp = Promise.resolve();
const lines: string[] = [];
const identities: Readonly<Record<string, { keyId: string; scopes: readonly string[] }>> = {
  good: { keyId: 'ak_1', scopes: ['contacts:write'] },
  reader: { keyId: 'ak_2', scopes: ['scores:read'] },
  admin: { keyId: 'ak_3', scopes: ['admin'] },
  operator: { keyId: 'ak_4', scopes: ['operator'] },
};

beforeAll(async () => {
  const destination = { write: (line: string) => void lines.push(line) };
  app = await createHttpApp(ThingModule, {
    log: createLog({ service: 'things', level: 'debug', destination }),
    metrics: new Metrics('things', { process: false }),
    apiKeys: {
      verify: async (key) => {
        asked.push(key);
        const known = identities[key];
        await lookUp;
        return known && ({ tenantId: 'acme', ...known } as never);
      },
    },
  });
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

let sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  asked = [];
  lines.splice(0);
});

/** A connection that writes what it is told and remembers what it heard. */
const dial = () => {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let received = '';
  const waiting = new Set<() => void>();
  const look = () => waiting.forEach((one) => one());
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
    look();
  });
  socket.on('error', () => undefined);
  socket.on('close', look);
  const until = (isTrue: () => boolean): Promise<string> =>
    new Promise((resolve) => {
      const check = () => {
        if (!isTrue()) return;
        waiting.delete(check);
        resolve(received);
      };
      waiting.add(check);
      check();
    });
  return {
    socket,
    received: (pattern: RegExp) => until(() => pattern.test(received)),
    closed: () => until(() => socket.destroyed),
  };
};

const head = (path: string, headers: readonly string[], method = 'POST') =>
  [
    `${method} ${path} HTTP/1.1`,
    'host: x',
    'content-type: application/json',
    ...headers,
    '',
    '',
  ].join('\r\n');
const bearer = (key: string) => `authorization: Bearer ${key}`;

test.each([
  ['nobody', '/v1/things', [], 401],
  ['an invented key', '/v1/things', [bearer('bad')], 401],
  ['a key without the scope', '/v1/things', [bearer('reader')], 403],
  [
    'a key without the scope the query names',
    '/v1/things/by-query?type=written',
    [bearer('reader')],
    403,
  ],
  ['a key with neither scope', '/v1/things/either', [bearer('good')], 403],
  ['a key at a route without a rule', '/v1/things/undeclared', [bearer('good')], 403],
  ['nobody at a route without a rule', '/v1/things/undeclared', [], 401],
  ['a key at a route that is not', '/v1/nothing', [bearer('good')], 404],
  ['nobody at a route of another method', '/v1/things/open', [], 405],
  ['nobody who streams', '/v1/things/stream', [], 401],
])('%s is answered before the body comes', async (_who, path, headers, status) => {
  const { socket, received } = dial();
  socket.write(head(path, [...headers, 'content-length: 1000000']) + '[[[[');
  expect(await received(/\r\n\r\n\{/)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test('who asks whether to send a body is told so once it is known', async () => {
  const asking = (key: string) => {
    const { socket, received } = dial();
    const headers = ['content-length: 2', 'expect: 100-continue', bearer(key)];
    socket.write(head('/v1/things', headers));
    return { socket, received };
  };
  expect(await asking('bad').received(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 401 /);
  const { socket, received } = asking('good');
  expect(await received(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  socket.write('{}');
  expect(await received(/"made":true/)).toContain('HTTP/1.1 200 OK');
});

test.each([
  ['of a known length', 'content-length: 999999999', 'x'.repeat(65_536)],
  ['in chunks', 'transfer-encoding: chunked', `10000\r\n${'x'.repeat(65_536)}\r\n`],
])('whoever goes on sending a refused body %s is cut off', async (_name, framing, piece) => {
  const { socket, closed } = dial();
  socket.write(head('/v1/things', [framing]));
  const send = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', send);
  send();
  expect(await closed()).toMatch(/^HTTP\/1.1 401 /);
});

test('whoever stops sending a refused body is cut off too', async () => {
  const { socket, closed } = dial();
  socket.write(`${head('/v1/things', ['content-length: 1000'])}{`);
  expect(await closed()).toMatch(/^HTTP\/1.1 401 /);
});

test('a small refused body is passed over, and the connection goes on', async () => {
  const { socket, received } = dial();
  const first = `${head('/v1/things', ['content-length: 4'])}[[]]`;
  const second = `${head('/v1/things', ['content-length: 4', bearer('good')])}[[]]`;
  socket.write(first + second);
  const answers = await received(/"made":true/);
  expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200']);
});

test('a body that is too large is passed over too: its sender reads why, and no reset', async () => {
  const { socket, received } = dial();
  const large = 'x'.repeat(2 * 1024 * 1024);
  const headers = [bearer('good'), `content-length: ${large.length}`];
  const second = `${head('/v1/things', ['content-length: 4', bearer('good')])}[[]]`;
  socket.write(head('/v1/things', headers) + large + second);
  const answers = await received(/"made":true/);
  expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
});

test('a file of another type is refused for its type, whatever its size', async () => {
  const { socket, received } = dial();
  socket.write(head('/v1/things/stream', [bearer('good'), 'content-length: 5000000']));
  expect(await received(/\r\n\r\n\{/)).toMatch(/^HTTP\/1.1 415 /);
});

test.each([
  ['lower case', ['authorization: bearer good'], 200],
  ['two spaces', ['authorization: Bearer  good'], 200],
  ['a tab', ['authorization: Bearer\tgood'], 401],
  ['two headers', [bearer('good'), bearer('bad')], 401],
  ['two headers of one key', [bearer('good'), 'AUTHORIZATION: Bearer good'], 401],
  ['two headers, the bad one first', [bearer('bad'), bearer('good')], 401],
  ['two keys in one', ['authorization: Bearer good, Bearer good'], 401],
  ['Basic', ['authorization: Basic Z29vZDo='], 401],
  ['no key', ['authorization: Bearer'], 401],
  ['8 KB of junk', [`authorization: Bearer ${'x'.repeat(8192)}`], 401],
  ['20 KB of junk', [`authorization: Bearer ${'x'.repeat(20_000)}`], 431],
])('an Authorization of %s is judged', async (_name, headers, status) => {
  const { socket, received } = dial();
  socket.write(`${head('/v1/things', ['content-length: 2', ...headers])}{}`);
  expect(await received(/\r\n\r\n\{/)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(lines.join('')).not.toContain('good');
});

test('a route that is not costs no look-up of a key, and its path is in no log line', async () => {
  for (const method of ['GET', 'POST', 'OPTIONS', 'HEAD'] as const) {
    const url = `/v1/nothing/+33639980777`;
    const { statusCode } = await app.inject({
      method,
      url,
      headers: { authorization: 'Bearer good' },
    });
    expect(statusCode).toBe(404);
  }
  expect(asked).toEqual([]);
  expect(lines.join('')).not.toContain('33639980777');
});

test.each([
  ['of its calls', '/v1/things', 'application/json', 130],
  ['of its files', '/v1/things/stream', 'application/x-ndjson', 20],
])(
  'callers who go away while their key is looked up keep no place %s',
  async (_what, path, type, times) => {
    const ask = () => {
      const dialled = dial();
      const headers = [`content-type: ${type}`, bearer('good'), 'content-length: 2', '', '{}'];
      dialled.socket.write([`POST ${path} HTTP/1.1`, 'host: x', ...headers].join('\r\n'));
      return dialled;
    };
    const server = app.getHttpServer() as Server;
    const open = () =>
      new Promise<number>((resolve) => server.getConnections((_none, count) => resolve(count)));
    const before = await open();
    const found = Promise.withResolvers<void>();
    lookUp = found.promise;
    const callers = Array.from({ length: times }, ask);
    while (asked.length < times) await pause(5);
    for (const { socket } of callers) socket.destroy();
    while ((await open()) > before) await pause(5);
    found.resolve();
    expect(await ask().received(/\r\n\r\n\{/)).toMatch(/^HTTP\/1.1 20[01] /);
  },
);

test('HEAD needs what GET needs, and OPTIONS is no way to ask for free', async () => {
  const statusOf = async (method: 'HEAD' | 'OPTIONS', url: string, key?: string) => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    return (await app.inject({ method, url, headers })).statusCode;
  };
  expect(await statusOf('HEAD', '/v1/things/open')).toBe(200);
  expect(await statusOf('HEAD', '/v1/things/read')).toBe(401);
  expect(await statusOf('HEAD', '/v1/things/read', 'good')).toBe(403);
  expect(await statusOf('HEAD', '/v1/things/read', 'reader')).toBe(200);
  asked = [];
  expect(await statusOf('OPTIONS', '/v1/things/read', 'reader')).toBe(405);
  expect(asked).toEqual([]);
});

test('an admin opens every route of the tenant, an operator those of all tenants: neither the other', async () => {
  const statusOf = async (key: string, path: string): Promise<number> => {
    const headers = { authorization: `Bearer ${key}` };
    return (await app.inject({ method: 'GET', url: `/v1/things/${path}`, headers })).statusCode;
  };
  const opened = await Promise.all(
    ['admin', 'operator'].map(async (key) => [
      await statusOf(key, 'read'),
      await statusOf(key, 'of-all-tenants'),
    ]),
  );
  expect(opened).toEqual([
    [200, 403],
    [403, 200],
  ]);
});
