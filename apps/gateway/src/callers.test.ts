import { once } from 'node:events';
import { Agent, request as startRequest, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { serviceNames } from '@tact/contracts';
import { gatewayUnderTest, raw } from './testing/gateway-under-test.ts';

const { stage, begin, open, slowUpload, post } = gatewayUnderTest();

describe('who sends a body is known before it is read', () => {
  test('no key: refused at once, whatever of the body still comes', async () => {
    await begin();
    for (const path of ['/v1/signals', '/v1/imports?type=contacts']) {
      const [text] = (await once(slowUpload(path), 'data')) as [Buffer];
      expect(text.toString()).toMatch(/^HTTP\/1\.1 401 .*www-authenticate: Bearer/s);
    }
    expect({ received: stage.received, asked: stage.asked }).toEqual({ received: [], asked: [] });
  });

  test("the service's own refusal is handed on", async () => {
    await begin();
    const refused = await post('/v1/signals', 'Bearer bad');
    expect([refused.status, await refused.text()]).toEqual([401, '{"a":1}']);
    const busy = await post('/v1/imports', 'Bearer busy');
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7']);
    expect(stage.received).toEqual([]);
    expect(stage.asked.map(({ authorization }) => authorization)).toEqual([
      'Bearer bad',
      'Bearer busy',
    ]);
    expect(stage.asked[0]?.['x-forwarded-for']).toMatch(/127\.0\.0\.1|::1/);
  });

  test('a good key is asked about once in a while, and not for reads nor where none is needed', async () => {
    await begin();
    await Promise.all(Array.from({ length: 5 }, () => post('/v1/signals')));
    await post('/v1/contacts');
    expect(stage.asked).toHaveLength(1);
    await fetch(`${stage.gateway.origin}/v1/signals`, { headers: { authorization: 'Bearer new' } });
    await post('/v1/webhooks/whatsapp', 'Bearer other');
    expect(stage.asked).toHaveLength(1);
    expect(stage.received).toHaveLength(8);
  });
});

test('a key that asks for more than its calls leaves others theirs', async () => {
  await begin();
  const inHand: ServerResponse[] = [];
  // As a service does: 128 of one key at a time.
  stage.answer = ({ headers }, response) => {
    if (headers.authorization !== 'Bearer greedy') return void response.end();
    if (inHand.length >= 128) return void response.writeHead(429).end();
    inHand.push(response);
    return undefined;
  };
  const ask = (key: string) =>
    fetch(`${stage.gateway.origin}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
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
  stage.answer = (_request, response) => void response.writeHead(415).end();
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
  stage.answer = (_request, response) => void response.end('{"paths":{}}');
  const pages = Array.from({ length: 50 }, () => fetch(`${stage.gateway.origin}/openapi.json`));
  expect((await Promise.all(pages)).every(({ status }) => status === 200)).toBe(true);
  expect(stage.received).toHaveLength(serviceNames.length);
});

test('an import waits for its answer longer than an idle connection may, and no longer than its lane', async () => {
  await begin();
  const limits = jest.spyOn(Socket.prototype, 'setTimeout');
  const ofCallers = () =>
    limits.mock.calls.flatMap(([ms], nth) =>
      (limits.mock.contexts[nth] as Socket).localPort === stage.gateway.port ? [ms] : [],
    );
  const socket = open();
  let atWork: number | undefined;
  stage.answer = (request, response) => {
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

/** One request on the agent's only connection, and whether its whole answer says that it is the last. */
const ask = (agent: Agent): Promise<{ body: string; isLast: boolean }> =>
  new Promise((resolve, reject) => {
    const url = `${stage.gateway.origin}/v1/webhooks/whatsapp`;
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
  stage.answer = (request, response) => {
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
  await stage.gateway.stop(3_000);
  await Promise.all(callers);
  expect(stage.received).toHaveLength(count.answered);
  await expect(fetch(stage.gateway.origin)).rejects.toThrow();
});
