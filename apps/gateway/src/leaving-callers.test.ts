import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { gatewayUnderTest, raw } from './testing/gateway-under-test.ts';

const { stage, begin, open, post, askAndLeave } = gatewayUnderTest();

describe('callers that go away', () => {
  test('before a long answer hold no connection to its service', async () => {
    await begin();
    const waiting: (() => void)[] = [];
    const count = { closed: 0 };
    stage.answer = (request, response) => {
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
    stage.vouch = (response) => asking.push(() => response.writeHead(204).end());
    // In rounds, because there are fewer connections for questions than for imports.
    for (let round = 0; round < 6; round += 1) {
      for (let nth = 0; nth < 24; nth += 1) {
        await askAndLeave(raw('/v1/imports', `Bearer ${round}-${nth}`), () => asking.length);
      }
      // The gateway has heard that they left.
      await sleep(50);
      for (const give of asking.splice(0)) give();
    }
    stage.vouch = undefined;
    expect((await post('/v1/imports')).status).toBe(204);
    expect(stage.received).toEqual(['POST /v1/imports']);
  });

  test('are no service that does not answer', async () => {
    await begin({ TACT_OPERATOR_PORT: '0' });
    const waiting: (() => void)[] = [];
    stage.answer = (request, response) => {
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
    const metrics = await fetch(`http://127.0.0.1:${stage.gateway.operatorPort}/metrics`);
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
