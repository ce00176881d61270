import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { Problem, serviceNames } from '@tact/contracts';
import { gatewayUnderTest } from './testing/gateway-under-test.ts';

const { stage, begin, post } = gatewayUnderTest();

describe('a service that does not answer', () => {
  test('is not one that is slow to say who calls: whether it lives is asked behind no stranger', async () => {
    await begin();
    stage.vouch = () => {};
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
    while (stage.asked.length < 32 * serviceNames.length) await sleep(5);
    const before = stage.probes;
    // One a second for each service, while strangers wait: the last of them are given up after eight.
    while (stage.probes - before < 2 * serviceNames.length) await sleep(5);
    expect(given).toBeLessThan(strangers.length);
    expect((await post('/v1/webhooks/whatsapp')).status).toBe(204);
  });

  test('frozen: who waits gets 503 within five seconds, who comes later at once, until it is back', async () => {
    await begin();
    stage.answer = () => {};
    const waiting = [post('/v1/signals'), fetch(`${stage.gateway.origin}/v1/models`)];
    while (stage.received.length < 2) await sleep(5);
    stage.frozen = true;
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
    stage.frozen = false;
    stage.answer = (request, response) =>
      void request.resume().once('end', () => response.end('{}'));
    while ((await post('/v1/signals')).status !== 200) await sleep(50);
  });
});
