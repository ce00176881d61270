import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { gatewayUnderTest } from './testing/gateway-under-test.ts';

const { stage, begin, open, slowUpload, post } = gatewayUnderTest();

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
    expect(stage.received.every((line) => line !== 'POST /v1/imports')).toBe(true);
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
      return (await fetch(`${stage.gateway.origin}/v1/webhooks/whatsapp`, init)).status;
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
      (
        await (await fetch(`http://127.0.0.1:${stage.gateway.operatorPort}/metrics`)).text()
      ).includes('tact_gateway_body_bytes{service="gateway"} 4194104');
    while (!(await held())) await sleep(20);
    const first = Promise.race(heavy.map((socket) => once(socket, 'data')));
    const headers = { 'x-forwarded-for': '192.0.2.3' };
    const init = { method: 'POST', headers, body: 'x'.repeat(2_000) };
    const small = await fetch(`${stage.gateway.origin}/v1/webhooks/whatsapp`, init);
    expect(small.status).toBe(204);
    expect(String((await first)[0])).toMatch(/^HTTP\/1\.1 503 .*retry-after: 1/s);
  });

  test('an import flows on for as long as it comes, byte for byte', async () => {
    await begin();
    let bytes = 0;
    stage.answer = (request, response) => {
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
    expect((await fetch(`${stage.gateway.origin}/v1/imports`, init)).status).toBe(202);
    expect(bytes).toBe(20 * 256 * 1024);
  });
});
