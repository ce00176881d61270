import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  request as startRequest,
  type IncomingMessage,
  type Server,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Problem, serviceNames } from '@tact/contracts';
import { createLog } from '@tact/platform/observability';
import { readConfig } from './config.ts';
import { startGateway, type Gateway } from './gateway.ts';

type Received = {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  sha256: string;
  bytes: number;
};

let upstream: Server;
let gateway: Gateway;
let base: string;
let received: Received[] = [];

beforeAll(async () => {
  upstream = createServer((request, response) => {
    const hash = createHash('sha256');
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      bytes += chunk.length;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      if (url === '/health/live') return response.writeHead(200).end();
      // Who calls is asked before a body is read.
      if (url === '/internal/caller') {
        return response.writeHead(headers.authorization === 'Bearer good' ? 204 : 401).end();
      }
      received.push({ method, url, headers, sha256: hash.digest('hex'), bytes });
      if (url.includes('stream')) {
        response.writeHead(200, { 'x-kept': 'Yes' });
        response.write('first ');
        setTimeout(() => response.end('last'), 50);
      } else if (url.includes('cut')) {
        response.writeHead(200, { 'content-length': url.includes('long') ? '1000000' : '100' });
        response.write('half', () => response.destroy());
      } else if (url === '/openapi.json') response.end('{"paths":{}}');
      else response.writeHead(204).end();
      return undefined;
    });
  });
  await new Promise<void>((resolve) => {
    upstream.listen(0, '127.0.0.1', resolve);
  });
  const config = readConfig({ PORT: '0', TACT_LOG_LEVEL: 'silent' });
  gateway = await startGateway(config, createLog({ service: 'gateway', level: 'silent' }));
  base = gateway.origin;
});

const moveTo = (origin: string | undefined): void =>
  gateway.moveTo(
    Object.fromEntries(serviceNames.flatMap((name) => (origin ? [[name, origin]] : []))),
  );

beforeEach(() => {
  moveTo(`http://127.0.0.1:${(upstream.address() as { port: number }).port}`);
  received = [];
});

afterAll(async () => {
  await gateway.stop(100);
  upstream.closeAllConnections();
  upstream.close();
});

/** All that comes back until the other side closes. */
const textOf = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
};

describe('what passes through', () => {
  test('three megabytes arrive byte for byte, with their length', async () => {
    const body = randomBytes(3 * 1024 * 1024);
    const answer = await fetch(`${base}/v1/webhooks/whatsapp?a=%2F&b`, { method: 'POST', body });
    expect(answer.status).toBe(204);
    expect(received[0]).toMatchObject({
      method: 'POST',
      url: '/v1/webhooks/whatsapp?a=%2F&b',
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    });
    expect(received[0]?.headers['content-length']).toBe(String(body.length));
  });

  test('a body of unknown length is sent on with its length', async () => {
    await new Promise<void>((resolve, reject) => {
      const headers = { 'transfer-encoding': 'chunked' };
      const call = startRequest(
        `${base}/v1/webhooks/whatsapp`,
        { method: 'POST', headers },
        (answer) => {
          answer.resume().once('end', resolve);
        },
      );
      call.once('error', reject);
      call.write('one ');
      call.end('two');
    });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: 'POST', bytes: 7 });
    expect(received[0]?.headers['content-length']).toBe('7');
    expect(received[0]?.headers['transfer-encoding']).toBeUndefined();
  });

  test('an answer is streamed with its headers', async () => {
    const answer = await fetch(`${base}/v1/signals/stream`);
    expect(answer.headers.get('x-kept')).toBe('Yes');
    expect(await answer.text()).toBe('first last');
  });

  test('the caller cannot forge where it comes from, nor drop a header by naming it', async () => {
    await fetch(`${base}/v1/signals`, {
      headers: {
        'x-forwarded-for': '6.6.6.6',
        forwarded: 'for=6.6.6.6',
        authorization: 'Bearer k',
      },
    });
    const { headers } = received[0] as Received;
    expect(headers['x-forwarded-for']).toMatch(/^(::ffff:)?(127\.0\.0\.1|::1)$/);
    expect(headers['forwarded']).toBeUndefined();
    expect(headers.authorization).toBe('Bearer k');
    expect(headers['x-forwarded-host']).toBe(new URL(base).host);
  });

  test('an answer that breaks off is broken off, or refused, never passed on as whole', async () => {
    const answer = await fetch(`${base}/v1/signals/cut-long`);
    await expect(answer.text()).rejects.toThrow();
    const short = await fetch(`${base}/v1/signals/cut`);
    expect(short.status).toBe(503);
    expect(Problem.parse(await short.json()).type).toBe('/problems/unavailable');
  });

  test('a caller that goes away does not break the next one', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write('POST /v1/signals HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf');
    await new Promise<void>((resolve) => {
      setTimeout(() => socket.destroy().once('close', () => resolve()), 50);
    });
    expect((await fetch(`${base}/v1/signals`)).status).toBe(204);
  });
});

describe('what the gateway answers itself', () => {
  test('an unknown path is a problem that does not repeat it', async () => {
    const answer = await fetch(`${base}/v2/people/+33639980101`);
    const text = await answer.text();
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(Problem.parse(JSON.parse(text)).type).toBe('/problems/not-found');
    expect(text).not.toContain('33639980101');
  });

  test('operations of the services are not public', async () => {
    expect((await fetch(`${base}/metrics`)).status).toBe(404);
    expect(received).toEqual([]);
  });

  test('a service without an address, or that refuses, is 503 with Retry-After', async () => {
    for (const gone of [undefined, 'http://127.0.0.1:1']) {
      moveTo(gone);
      const body = randomBytes(200_000);
      const answer = await fetch(`${base}/v1/webhooks/whatsapp`, { method: 'POST', body });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(Problem.parse(await answer.json()).status).toBe(503);
    }
  });

  test('a body over the limit is 413 whether its length was told or not', async () => {
    const bytes = randomBytes(3 * 1024 * 1024 + 1);
    const streamed = new ReadableStream({
      start: (stream) => {
        stream.enqueue(bytes);
        stream.close();
      },
    });
    const reported = { method: 'POST', body: bytes };
    const unreported = { method: 'POST', body: streamed, duplex: 'half' } as RequestInit;
    for (const init of [reported, unreported]) {
      const answer = await fetch(`${base}/v1/webhooks/whatsapp`, init);
      expect(answer.status).toBe(413);
      expect(Problem.parse(await answer.json()).type).toBe('/problems/body-too-large');
    }
    const other = await fetch(`${base}/v1/contacts`, {
      method: 'POST',
      body: bytes.subarray(0, 2 ** 21),
    });
    expect(other.status).toBe(413);
  });

  test('a caller that sends all of a refused body before it reads still gets the answer', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    const answer = textOf(socket);
    const bytes = Buffer.alloc(8 * 1024 * 1024);
    socket.write(
      `POST /v1/contacts HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes.length}\r\n\r\n`,
    );
    for (let at = 0; at < bytes.length; at += 64 * 1024) {
      if (!socket.write(bytes.subarray(at, at + 64 * 1024))) await once(socket, 'drain');
    }
    // The connection is as good as new afterwards.
    socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const text = await answer;
    expect(text).toMatch(/^HTTP\/1\.1 413 .*problem\+json.*HTTP\/1\.1 200 OK/s);
    expect(received).toEqual([]);
  });

  test.each([
    ['no HTTP at all', `HELLO +33639980101\r\n\r\n`, 400],
    ['more headers than a request may have', `GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n`, 431],
    [
      'a chunk without a length',
      'POST /v1/webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n+33639980101',
      400,
    ],
  ])('%s is a problem too', async (_what, bytes, status) => {
    const socket = connect(gateway.port, '127.0.0.1');
    const answer = textOf(socket);
    socket.write(bytes);
    const [head = '', body = ''] = (await answer).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} .*application/problem\\+json`, 's'));
    expect(Problem.parse(JSON.parse(body)).status).toBe(status);
    expect(body).not.toContain('33639980101');
  });

  test('HTTP/1.0 without a host is served', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    const answer = textOf(socket);
    socket.write('GET /v1/signals HTTP/1.0\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 204/);
  });

  test('readiness is that of all services', async () => {
    moveTo(undefined);
    const answer = await fetch(`${base}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      status: 'not-ready',
      services: { scoring: 'not-ready' },
    });
    expect((await fetch(`${base}/health/live`)).status).toBe(200);
  });

  test('its description says where it is, whatever host the caller named', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    const answer = textOf(socket);
    socket.write('GET /openapi.json HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    const [head, body = ''] = (await answer).split('\r\n\r\n');
    expect(body).toContain(`"servers":[{"url":"${base}"`);
    expect(head + body).not.toContain('evil');
  });

  test('its own answers carry the headers of every answer', async () => {
    for (const path of ['/health/live', '/nothing']) {
      const { headers } = await fetch(`${base}${path}`);
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
    }
  });

  test('its own pages are read only', async () => {
    const answer = await fetch(`${base}/health/live`, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });
});

test('callers who come over TLS are told to come so alone', async () => {
  const config = readConfig({
    PORT: '0',
    TACT_LOG_LEVEL: 'silent',
    TACT_PUBLIC_ORIGIN: 'https://tact.example',
  });
  const other = await startGateway(config, createLog({ service: 'gateway', level: 'silent' }));
  try {
    for (const path of ['/health/live', '/v2/nothing']) {
      const { headers } = await fetch(`${other.origin}${path}`);
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
    }
    const plain = await fetch(`${base}/health/live`);
    expect(plain.headers.get('strict-transport-security')).toBeNull();
  } finally {
    await other.stop(100);
  }
});
