import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
} from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createLog } from '../observability/logger.ts';
import { Metrics } from '../observability/metrics.ts';
import { AddressPolicy, type LookUp } from './address-policy.ts';
import { Circuits } from './circuits.ts';
import { Outbound, type OutboundLimits } from './outbound.ts';

const opened: { close(): Promise<unknown> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

const listening = async (server: Server | TcpServer): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  opened.push({
    close: () =>
      new Promise((done) => {
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close(done);
      }),
  });
  return (server.address() as AddressInfo).port;
};
const serve = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
  listening(createServer(answer));

const limits: OutboundLimits = {
  connectMsMax: 1_000,
  silenceMsMax: 400,
  totalMsMax: 1_500,
  answerBytesMax: 1_000,
};

const caller = (options: { lookUp?: LookUp; loopback?: boolean; circuits?: Circuits } = {}) => {
  let lines = '';
  const { lookUp, loopback = true, circuits } = options;
  const metrics = new Metrics('test', { process: false });
  const outbound = new Outbound({
    policy: new AddressPolicy({ loopback }, ...(lookUp ? [lookUp] : [])),
    log: createLog({
      service: 'test',
      level: 'debug',
      destination: { write: (line: string) => void (lines += line) },
    }),
    metrics,
    limits,
    now: () => new Date('2026-11-29T10:00:00Z'),
    ...(circuits === undefined ? {} : { circuits }),
  });
  opened.push(outbound);
  return { outbound, lines: () => lines, printed: async () => (await metrics.print()).text };
};

const get = (outbound: Outbound, url: string) => outbound.send({ method: 'GET', url });

test('an answer comes back whole, and the log tells who was asked and nothing of what', async () => {
  const port = await serve((request, response) => {
    response.writeHead(201, { 'x-told': 'yes' }).end(`${request.method} ${request.url}`);
  });
  const { outbound, lines, printed } = caller();
  const url = `http://127.0.0.1:${port}/people/+33639980120?email=a@example.org`;
  const headers = { authorization: 'Bearer s3cret' };
  const answer = await outbound.send({ method: 'POST', url, headers, body: 'a text of somebody' });
  expect([answer.status, answer.headers['x-told'], answer.body.toString()]).toEqual([
    201,
    'yes',
    'POST /people/+33639980120?email=a@example.org',
  ]);
  expect(lines().trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(lines())).toMatchObject({
    method: 'POST',
    host: `127.0.0.1:${port}`,
    outcome: 'answered',
    status: 201,
    msg: 'request sent out',
    durationMs: expect.any(Number),
  });
  for (const secret of ['people', '639980120', 'example.org', 's3cret', 'somebody']) {
    expect(lines()).not.toContain(secret);
  }
  expect(await printed()).toMatch(/tact_outbound_requests_total\{outcome="answered".*\} 1/);
});

test('what is signed is what is sent, each time anew', async () => {
  const seen: string[] = [];
  const port = await serve((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      seen.push(`${String(request.headers['x-signature'])} ${body}`);
      response.end();
    });
  });
  const { outbound } = caller();
  let nth = 0;
  const sign = (body: Uint8Array) => {
    nth += 1;
    return { 'x-signature': `${nth}:${body.length}` };
  };
  const request = { method: 'POST', url: `http://127.0.0.1:${port}/`, body: 'é', sign } as const;
  await outbound.send(request);
  await outbound.send(request);
  expect(seen).toEqual(['1:2 é', '2:2 é']);
});

test('a redirect is an answer like any other: nobody is led elsewhere', async () => {
  const asked: unknown[] = [];
  const port = await serve((request, response) => {
    asked.push(request.url);
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  const { outbound } = caller();
  const answer = await get(outbound, `http://127.0.0.1:${port}/`);
  expect([answer.status, asked]).toEqual([307, ['/']]);
});

describe('a server that does not play', () => {
  const broken = async (server: Server | TcpServer) => {
    const { outbound, lines } = caller();
    const port = await listening(server);
    const failure = await get(outbound, `http://127.0.0.1:${port}/`).catch(
      (error: unknown) => error,
    );
    expect(lines()).toContain((failure as { reason: string }).reason);
    return failure;
  };

  test('says nothing', async () => {
    expect(await broken(createServer(() => undefined))).toMatchObject({ reason: 'silence' });
  });

  test('falls silent in the middle', async () => {
    const server = createServer((_request, response) => void response.write('a'));
    expect(await broken(server)).toMatchObject({ reason: 'silence' });
  });

  test('drips for ever', async () => {
    const server = createServer((_request, response) => {
      const drip = setInterval(() => response.write('a'), 50);
      response.once('close', () => clearInterval(drip));
    });
    expect(await broken(server)).toMatchObject({ reason: 'timeout' });
  });

  test('never ends its headers', async () => {
    const server = createTcpServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('x: y\r\n'), 50);
      socket.on('error', () => undefined);
      socket.once('close', () => clearInterval(drip));
    });
    expect(await broken(server)).toMatchObject({
      reason: expect.stringMatching(/silence|timeout/),
    });
  });

  test('says more than anybody asked for', async () => {
    const server = createServer((_request, response) => void response.end('a'.repeat(1_001)));
    expect(await broken(server)).toMatchObject({ reason: 'answer-too-large' });
  });

  test('breaks off', async () => {
    const server = createServer((request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('a', () => request.socket.destroy());
    });
    expect(await broken(server)).toMatchObject({ reason: 'broken-off' });
  });

  test('speaks something else', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('SSH-2.0-OpenSSH\r\n', () => socket.destroy());
    });
    expect(await broken(server)).toMatchObject({ reason: 'not-http' });
  });

  test('heads its answer with more than is read: it had the request', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () =>
        socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`),
      );
    });
    expect(await broken(server)).toMatchObject({ reason: 'broken-off', wasNotSent: false });
  });

  test('is not there', async () => {
    const { outbound } = caller();
    await expect(get(outbound, 'http://127.0.0.1:9/')).rejects.toMatchObject({
      reason: 'no-connection',
      code: 'ECONNREFUSED',
      wasNotSent: true,
    });
  });
});

describe('addresses are checked where the connection is made', () => {
  const refused = { reason: 'address-refused', wasNotSent: true };

  test.each(['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', '0.0.0.0', '[::]', 'localhost'])(
    'nobody reaches this machine by %s',
    async (host) => {
      let wasAsked = false;
      const port = await serve((_request, response) => {
        wasAsked = true;
        response.end();
      });
      const { outbound } = caller({ loopback: false });
      await expect(get(outbound, `http://${host}:${port}/`)).rejects.toMatchObject(refused);
      expect(wasAsked).toBe(false);
    },
  );

  test('a name that was public when it was saved and means this machine now (rebinding)', async () => {
    let wasAsked = false;
    const port = await serve((_request, response) => {
      wasAsked = true;
      response.end();
    });
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const lookUp: LookUp = (_hostname, done) =>
      done(
        null,
        (answers.shift() ?? []).map((address) => ({ address, family: 4 })),
      );
    const policy = new AddressPolicy({}, lookUp);
    await policy.addressesOf('rebound.example');
    const { outbound } = caller({ loopback: false, lookUp });
    await expect(get(outbound, `http://rebound.example:${port}/`)).rejects.toMatchObject(refused);
    expect([wasAsked, answers.length]).toEqual([false, 0]);
  });

  test('one bad address among good ones refuses the name; what is checked is what is connected to', async () => {
    const port = await serve((_request, response) => void response.end('here'));
    const both: LookUp = (_hostname, done) =>
      done(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '169.254.169.254', family: 4 },
      ]);
    await expect(
      get(caller({ lookUp: both }).outbound, `http://two.example:${port}/`),
    ).rejects.toMatchObject(refused);
    let asked = 0;
    const one: LookUp = (_hostname, done) => {
      asked += 1;
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const answer = await get(caller({ lookUp: one }).outbound, `http://one.example:${port}/`);
    expect([answer.body.toString(), asked]).toEqual(['here', 1]);
  });

  test('a refusal of ours is no failure of the host', async () => {
    const circuits = new Circuits();
    const { outbound } = caller({ loopback: false, circuits });
    for (let nth = 0; nth < 6; nth += 1) {
      await expect(get(outbound, 'http://127.0.0.1:9/')).rejects.toMatchObject(refused);
    }
  });
});

describe('a host that asks for time', () => {
  test.each([
    ['seconds', '120', 120_000],
    ['a date', 'Sun, 29 Nov 2026 10:01:00 GMT', 60_000],
  ])('in %s gets it', async (_form, header, restMs) => {
    let asked = 0;
    const port = await serve((_request, response) => {
      asked += 1;
      response.writeHead(429, { 'retry-after': header }).end();
    });
    let now = 0;
    const { outbound } = caller({ circuits: new Circuits(() => now) });
    const url = `http://127.0.0.1:${port}/`;
    expect(await get(outbound, url)).toMatchObject({ status: 429, retryAfterMs: restMs });
    now = restMs - 1;
    await expect(get(outbound, url)).rejects.toMatchObject({
      reason: 'host-rests',
      retryAfterMs: 1,
      wasNotSent: true,
    });
    now = restMs;
    await get(outbound, url);
    expect(asked).toBe(2);
  });

  test('and a word that is neither is not believed', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(503, { 'retry-after': 'soon' }).end();
    });
    const answer = await get(caller().outbound, `http://127.0.0.1:${port}/`);
    expect(answer.retryAfterMs).toBeUndefined();
  });
});

test('a host that fails at everything is left alone, and others are not', async () => {
  let asked = 0;
  const port = await serve((_request, response) => {
    asked += 1;
    response.writeHead(500).end();
  });
  const other = await serve((_request, response) => void response.end());
  const { outbound } = caller({ circuits: new Circuits(() => 0) });
  for (let nth = 0; nth < 5; nth += 1) await get(outbound, `http://127.0.0.1:${port}/`);
  await expect(get(outbound, `http://127.0.0.1:${port}/`)).rejects.toMatchObject({
    reason: 'host-rests',
  });
  expect((await get(outbound, `http://127.0.0.1:${other}/`)).status).toBe(200);
  expect(asked).toBe(5);
});
