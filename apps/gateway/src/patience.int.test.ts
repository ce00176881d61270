import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { gatewayUnderTest } from './testing/gateway-under-test.ts';

const { stage, begin, slowUpload } = gatewayUnderTest();

describe('the gateway waits no shorter and no longer than it says', () => {
  test('a body that trickles is cut off with 408', async () => {
    await begin();
    const socket = slowUpload('/v1/webhooks/whatsapp');
    const trickle = setInterval(() => socket.write('x'), 200);
    const [text] = (await once(socket, 'data')) as [Buffer];
    clearInterval(trickle);
    expect(text.toString()).toMatch(/^HTTP\/1\.1 408 .*connection: close/is);
    expect(stage.received).toEqual([]);
  });

  test('alive but slow: a long answer is waited for', async () => {
    await begin();
    stage.answer = (_request, response) => void setTimeout(() => response.end('late'), 6_500);
    const late = await fetch(`${stage.gateway.origin}/v1/models`);
    expect(await late.text()).toBe('late');
  });
});
