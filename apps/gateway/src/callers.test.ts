import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as startRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Socket, connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Problem, serviceNames } from '@tact/contracts';
import { createLog } from '@tact/platform/observability';
import { readConfig } from './config.ts';
import { startGateway, type Gateway } from './gateway.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let received: string[];
let asked: IncomingMessage['headers'][];
let answer: Answer;
let frozen: boolean;
let probes: number;
/** Says who calls in the place of the usual answer. */
let vouch: ((response: ServerResponse) => void) | undefined;
let service: Server;
let gateway: Gateway;
const sockets: Socket[] = [];

const originOf = (server: Server): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const begin = async (settings: Record<string, string> = {}): Promise<void> => {
  const config = readConfig({ PORT: '0', TACT_LOG_LEVEL: 'silent', ...settings });
  gateway = await startGateway(config, createLog({ service: 'gateway', level: 'silent' }));
  gateway.moveTo(Object.fromEntries(serviceNames.map((name) => [name, originOf(service)])));
};

beforeEach(async () => {
  received = [];
  asked = [];
  frozen = false;
  probes = 0;
  vouch = undefined;
  answer = (request, response) => {
    request.resume().once('end', () => response.writeHead(204).end());
  };
  service = createServer((request, response) => {
    // As a stopped process: it takes connections and requests, and says nothing.
    if (frozen) return;
    if (request.url === '/health/live') {
      probes += 1;
      return void response.writeHead(200).end();
    }
    if (request.url === '/internal/caller') {
      asked.push(request.headers);
      if (vouch !== undefined) return vouch(response);
      const { authorization } = request.headers;
      if (authorization === 'Bearer good') return void response.writeHead(204).end();
      const [status, body] = authorization === 'Bearer busy' ? [429, '{}'] : [401, '{"a":1}'];
      const headers = { 'content-type': 'application/problem+json', 'retry-after': '7' };
      return void response.writeHead(status, headers).end(body);
    }
    received.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await gateway.stop(100);
  service.closeAllConnections();
  service.close();
});

const open = (): Socket => {
  const socket = connect(gateway.port, '127.0.0.1').on('error', () => {});
  sockets.push(socket);
  return socket;
};

/** A body of a megabyte that is announced, begun, and then hardly goes on. */
const slowUpload = (path: string, headers = ''): Socket => {
  const socket = open();
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: x\r\n${headers}content-type: application/json\r\ncontent-length: 1000000\r\n\r\n{`,
  );
  return socket;
};

const post = (path: string, authorization = 'Bearer good', signal = AbortSignal.timeout(20_000)) =>
  fetch(`${gateway.origin}${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: '{}',
    signal,
  });

describe('who sends a body is known before it is read', () => {
  test('no key: refused at once, whatever of the body still comes', async () => {
    await begin();
    for (const path of ['/v1/signals', '/v1/imports?type=contacts']) {
      const [text] = (await once(slowUpload(path), 'data')) as [Buffer];
      expect(text.toString()).toMatch(/^HTTP\/1\.1 401 .*www-authenticate: Bearer/s);
    }
    expect({ received, asked }).toEqual({ received: [], asked: [] });
  });

  test("the service's own refusal is handed on", async () => {
    await begin();
    const refused = await post('/v1/signals', 'Bearer bad');
    expect([refused.status, await refused.text()]).toEqual([401, '{"a":1}']);
    const busy = await post('/v1/imports', 'Bearer busy');
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7']);
    expect(received).toEqual([]);
    expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer bad', 'Bearer busy']);
    expect(asked[0]?.['x-forwarded-for']).toMatch(/127\.0\.0\.1|::1/);
  });

  test('a good key is asked about once in a while, and not for reads nor where none is needed', async () => {
    await begin();
    await Promise.all(Array.from({ length: 5 }, () => post('/v1/signals')));
    await post('/v1/contacts');
    expect(asked).toHaveLength(1);
    await fetch(`${gateway.origin}/v1/signals`, { headers: { authorization: 'Bearer new' } });
    await post('/v1/webhooks/whatsapp', 'Bearer other');
    expect(asked).toHaveLength(1);
    expect(received).toHaveLength(8);
  });
});

describe('slow callers cost only themselves', () => {
  test('260 slow bodies on each of three paths leave another caller alone', async () => {
    await begin({ TACT_BODIES_PER_ADDRESS: '512' });
    const fast = async (): Promise<number> => {
      const began = performance.now();
      for (let nth = 0; nth < 20; nth += 1) {
        expect((await post('/v1/webhooks/whatsapp')).status).toBe(204);
      }
      return performance.now() - began;
    };
    await fast();
    const before = await fast();
    const slow = ['/v1/signals', '/v1/imports', '/v1/webhooks/whatsapp'].flatMap((path) =>
      Array.from({ length: 260 }, () => slowUpload(path)),
    );
    await Promise.all(slow.map((socket) => once(socket, 'connect')));
    const during = await fast();
    expect((await post('/v1/signals')).status).toBe(204);
    // Nothing waited for anybody's body: a wait would be of seconds for each of the twenty.
    expect(during - before).toBeLessThan(Math.max(2_000, 10 * before));
    expect(received.every((line) => line !== 'POST /v1/imports')).toBe(true);
  });

  test('a body that trickles is cut off with 408', async () => {
    await begin();
    const socket = slowUpload('/v1/webhooks/whatsapp');
    const trickle = setInterval(() => socket.write('x'), 200);
    const [text] = (await once(socket, 'data')) as [Buffer];
    clearInterval(trickle);
    expect(text.toString()).toMatch(/^HTTP\/1\.1 408 .*connection: close/is);
    expect(received).toEqual([]);
  });

  test('bodies and bytes of one address, and of all, have an end', async () => {
    await begin({ TACT_BODIES_PER_ADDRESS: '3', TACT_TRUSTED_PROXIES: 'loopback' });
    for (let nth = 0; nth < 3; nth += 1) {
      slowUpload('/v1/webhooks/whatsapp', 'x-forwarded-for: 192.0.2.1\r\n');
      // One customer of IPv6 has a network of addresses.
      slowUpload('/v1/webhooks/whatsapp', `x-forwarded-for: 2001:db8::${nth}\r\n`);
    }
    const statusOf = async (address: string): Promise<number> => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
      const init = { method: 'POST', headers, body: '{}' };
      return (await fetch(`${gateway.origin}/v1/webhooks/whatsapp`, init)).status;
    };
    while ((await statusOf('192.0.2.1')) !== 429) await sleep(10);
    expect(await statusOf('192.0.2.2')).toBe(204);
    while ((await statusOf('2001:db8::3')) !== 429) await sleep(10);
    expect(await statusOf('2001:db8:0:1::')).toBe(204);
  });

  test('where all that may be held is held, whoever holds more gives way', async () => {
    const bytes = { TACT_BODY_BYTES: '4194304', TACT_BODY_BYTES_PER_ADDRESS: '4194304' };
    await begin({ ...bytes, TACT_OPERATOR_PORT: '0', TACT_TRUSTED_PROXIES: 'loopback' });
    const heavy = ['192.0.2.1', '192.0.2.2'].map((address) => {
      const socket = open();
      socket.write(
        `POST /v1/webhooks/whatsapp HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${address}\r\ncontent-length: 3000000\r\n\r\n`,
      );
      socket.write(Buffer.alloc(2 * 1024 * 1024 - 100));
      return socket;
    });
    const held = async () =>
      (await (await fetch(`http://127.0.0.1:${gateway.operatorPort}/metrics`)).text()).includes(
        'tact_gateway_body_bytes{service="gateway"} 4194104',
      );
    while (!(await held())) await sleep(20);
    const first = Promise.race(heavy.map((socket) => once(socket, 'data')));
    const headers = { 'x-forwarded-for': '192.0.2.3' };
    const init = { method: 'POST', headers, body: 'x'.repeat(2_000) };
    const small = await fetch(`${gateway.origin}/v1/webhooks/whatsapp`, init);
    expect(small.status).toBe(204);
    expect(String((await first)[0])).toMatch(/^HTTP\/1\.1 503 .*retry-after: 1/s);
  });

  test('an import flows on for as long as it comes, byte for byte', async () => {
    await begin();
    let bytes = 0;
    answer = (request, response) => {
      request.on('data', (chunk: Buffer) => (bytes += chunk.length));
      request.once('end', () => response.writeHead(202).end('{}'));
    };
    const body = new ReadableStream({
      async start(stream) {
        for (let nth = 0; nth < 20; nth += 1) {
          stream.enqueue(Buffer.alloc(256 * 1024, 'x'));
          await sleep(5);
        }
        stream.close();
      },
    });
    const headers = { authorization: 'Bearer good', 'content-type': 'application/x-ndjson' };
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    expect((await fetch(`${gateway.origin}/v1/imports`, init)).status).toBe(202);
    expect(bytes).toBe(20 * 256 * 1024);
  });
});

/** Asks, waits until a service hears of it (or is asked who calls), and is gone. */
const askAndLeave = async (request: string, receivedOf: () => number): Promise<void> => {
  const socket = open();
  const before = receivedOf();
  socket.write(request);
  while (receivedOf() === before) await sleep(2);
  socket.resetAndDestroy();
};

const raw = (path: string, key: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${key}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`;

describe('callers that go away', () => {
  test('before a long answer hold no connection to its service', async () => {
    await begin();
    const waiting: (() => void)[] = [];
    const count = { closed: 0 };
    answer = (request, response) => {
      request.resume();
      response.once('close', () => (count.closed += 1));
      waiting.push(() => response.writeHead(200).end(Buffer.alloc(4 * 1024 * 1024)));
    };
    for (let nth = 0; nth < 8; nth += 1) {
      await askAndLeave(raw('/v1/webhooks/whatsapp', 'Bearer good'), () => waiting.length);
    }
    // The gateway has heard that they left.
    await sleep(100);
    for (const give of waiting) give();
    while (count.closed < 8) await sleep(5);
  });

  test('while their key is asked about hold none either', async () => {
    await begin();
    const asking: (() => void)[] = [];
    vouch = (response) => asking.push(() => response.writeHead(204).end());
    // In rounds, because there are fewer connections for questions than for imports.
    for (let round = 0; round < 6; round += 1) {
      for (let nth = 0; nth < 24; nth += 1) {
        await askAndLeave(raw('/v1/imports', `Bearer ${round}-${nth}`), () => asking.length);
      }
      // The gateway has heard that they left.
      await sleep(50);
      for (const give of asking.splice(0)) give();
    }
    vouch = undefined;
    expect((await post('/v1/imports')).status).toBe(204);
    expect(received).toEqual(['POST /v1/imports']);
  });

  test('are no service that does not answer', async () => {
    await begin({ TACT_OPERATOR_PORT: '0' });
    const waiting: (() => void)[] = [];
    answer = (request, response) => {
      request.resume();
      waiting.push(() => response.end('{}'));
    };
    const asks = [
      'GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n',
      raw('/v1/webhooks/whatsapp', 'Bearer good'),
      raw('/v1/imports', 'Bearer good').replace('length: 2', 'length: 3'),
    ];
    for (const ask of asks) await askAndLeave(ask, () => waiting.length);
    await sleep(100);
    for (const give of waiting) give();
    await sleep(100);
    const metrics = await fetch(`http://127.0.0.1:${gateway.operatorPort}/metrics`);
    expect(await metrics.text()).not.toContain('service-away');
  });

  test('with CONNECT, which nobody serves, end nothing but themselves', async () => {
    await begin();
    for (let nth = 0; nth < 20; nth += 1) {
      const socket = open();
      await once(socket, 'connect');
      socket.write('CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n');
      if (nth % 2 === 0) await sleep(5);
      socket.resetAndDestroy();
    }
    await sleep(50);
    expect((await post('/v1/webhooks/whatsapp')).status).toBe(204);
  });
});

test('a key that asks for more than its calls leaves others theirs', async () => {
  await begin();
  const inHand: ServerResponse[] = [];
  // As a service does: 128 of one key at a time.
  answer = ({ headers }, response) => {
    if (headers.authorization !== 'Bearer greedy') return void response.end();
    if (inHand.length >= 128) return void response.writeHead(429).end();
    inHand.push(response);
    return undefined;
  };
  const ask = (key: string) =>
    fetch(`${gateway.origin}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
  const greedy = Array.from({ length: 300 }, async () => (await ask('greedy')).status);
  while (inHand.length < 128) await sleep(5);
  // The greedy calls in hand end behind this one: were it to wait for one of them, it would wait for ever.
  expect((await ask('modest')).status).toBe(200);
  for (const response of inHand) response.end();
  const statuses = await Promise.all(greedy);
  expect(statuses.filter((status) => status === 429)).toHaveLength(300 - 128);
});

test('an import refused early is heard out, its answer read, and the connection goes on', async () => {
  await begin();
  answer = (_request, response) => void response.writeHead(415).end();
  const socket = open();
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const piece = Buffer.alloc(64 * 1024);
  const bytes = 384 * piece.length;
  socket.write(
    `POST /v1/imports HTTP/1.1\r\nhost: x\r\nauthorization: Bearer good\r\ncontent-type: a/b\r\ncontent-length: ${bytes}\r\n\r\n`,
  );
  for (let nth = 0; nth < 384; nth += 1) {
    if (!socket.write(piece)) await once(socket, 'drain');
  }
  socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  await once(socket, 'close');
  expect(text).toMatch(/^HTTP\/1\.1 415 .*HTTP\/1\.1 200 OK/s);
});

test('pages that ask every service are asked for by all, and ask once', async () => {
  await begin();
  answer = (_request, response) => void response.end('{"paths":{}}');
  const pages = Array.from({ length: 50 }, () => fetch(`${gateway.origin}/openapi.json`));
  expect((await Promise.all(pages)).every(({ status }) => status === 200)).toBe(true);
  expect(received).toHaveLength(serviceNames.length);
});

test('an import waits for its answer longer than an idle connection may, and no longer than its lane', async () => {
  await begin();
  const limits = jest.spyOn(Socket.prototype, 'setTimeout');
  const ofCallers = () =>
    limits.mock.calls.flatMap(([ms], nth) =>
      (limits.mock.contexts[nth] as Socket).localPort === gateway.port ? [ms] : [],
    );
  const socket = open();
  let atWork: number | undefined;
  answer = (request, response) => {
    request.resume().once('end', () => {
      atWork = ofCallers().at(-1);
      response.end();
    });
  };
  socket.write(raw('/v1/imports', 'Bearer good'));
  await once(socket, 'data');
  expect(atWork).toBe(0);
  // The connection itself may be idle as long as any other.
  expect(ofCallers().at(-1)).toBeGreaterThan(75_000 - 1);
  limits.mockRestore();
});

describe('a service that does not answer', () => {
  test('is not one that is slow to say who calls: whether it lives is asked behind no stranger', async () => {
    await begin();
    vouch = () => {};
    const paths = ['/v1/signals', '/v1/outcomes', '/v1/consents', '/v1/api-keys'];
    const strangers = paths.flatMap((path) =>
      Array.from({ length: 64 }, (_, nth) => post(path, `Bearer ${path}-${nth}`)),
    );
    let given = 0;
    for (const stranger of strangers)
      void stranger.then(
        () => (given += 1),
        () => undefined,
      );
    while (asked.length < 32 * serviceNames.length) await sleep(5);
    const before = probes;
    // One a second for each service, while strangers wait: the last of them are given up after eight.
    while (probes - before < 2 * serviceNames.length) await sleep(5);
    expect(given).toBeLessThan(strangers.length);
    expect((await post('/v1/webhooks/whatsapp')).status).toBe(204);
  });

  test('frozen: who waits gets 503 within five seconds, who comes later at once, until it is back', async () => {
    await begin();
    answer = () => {};
    const waiting = [post('/v1/signals'), fetch(`${gateway.origin}/v1/models`)];
    while (received.length < 2) await sleep(5);
    frozen = true;
    const began = performance.now();
    for (const one of await Promise.all(waiting)) {
      expect(one.status).toBe(503);
      expect(Problem.parse(await one.json()).type).toBe('/problems/unavailable');
    }
    const waited = performance.now() - began;
    expect(waited).toBeLessThan(5_000);
    const later = performance.now();
    const at = await post('/v1/signals');
    expect([at.status, at.headers.get('retry-after')]).toEqual([503, '1']);
    // It did not wait as they did.
    expect(performance.now() - later).toBeLessThan(waited);
    frozen = false;
    answer = (request, response) => void request.resume().once('end', () => response.end('{}'));
    while ((await post('/v1/signals')).status !== 200) await sleep(50);
  });

  test('alive but slow: a long answer is waited for', async () => {
    await begin();
    answer = (_request, response) => void setTimeout(() => response.end('late'), 6_500);
    const late = await fetch(`${gateway.origin}/v1/models`);
    expect(await late.text()).toBe('late');
  });
});

/** One request on the agent's only connection, and whether its whole answer says that it is the last. */
const ask = (agent: Agent): Promise<{ body: string; isLast: boolean }> =>
  new Promise((resolve, reject) => {
    const url = `${gateway.origin}/v1/webhooks/whatsapp`;
    const call = startRequest(url, { agent, method: 'POST' }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.once('error', reject).once('end', () => {
        resolve({ body, isLast: response.headers.connection === 'close' });
      });
    });
    call.once('error', reject).end('{}');
  });

test('told to stop, it ends what runs, breaks no answer, and tells each caller', async () => {
  await begin();
  answer = (request, response) => {
    request.resume().once('end', () => setTimeout(() => response.end('{"kept":true}'), 20));
  };
  const count = { answered: 0 };
  const caller = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let over = false; !over;) {
      const { body, isLast } = await ask(agent);
      expect(body).toBe('{"kept":true}');
      count.answered += 1;
      over = isLast;
    }
    agent.destroy();
  };
  const callers = Array.from({ length: 16 }, caller);
  while (count.answered < 50) await sleep(5);
  await gateway.stop(3_000);
  await Promise.all(callers);
  expect(received).toHaveLength(count.answered);
  await expect(fetch(gateway.origin)).rejects.toThrow();
});
