import { expect, test } from '@jest/globals';
import { gatewayUnderTest } from '../testing/gateway-under-test.ts';

const { stage, begin } = gatewayUnderTest();

test('what a form sends comes through as it was sent, and so does where it comes from', async () => {
  await begin();
  let seen: { headers: object; body: string } | undefined;
  stage.answer = (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.once('end', () => {
      seen = { headers: request.headers, body };
      response.writeHead(303, { location: '/u/abc?lang=fr' }).end();
    });
  };
  const headers = {
    accept: 'text/html,*/*;q=0.8',
    'accept-language': 'fr',
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'same-origin',
    origin: 'null',
  };
  const body = 'List-Unsubscribe=One-Click&name=%C3%89lise';
  const url = `${stage.gateway.origin}/v1/webhooks/whatsapp`;
  const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/u/abc?lang=fr']);
  expect(seen).toMatchObject({ body, headers });
});
