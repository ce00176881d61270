import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import type { Credentials } from '@tact/contracts';
import { seed } from './seed.ts';
import { TactClient } from '@tact/client';
import { terminalOn } from '../terminal/terminal.ts';
import { signatureOf } from '@tact/client';

const whatsapp = { appSecret: 'ours', verifyToken: 'our token', wabaIds: ['111111111111111'] };

let server: Server;
afterEach(() => {
  server.close();
});

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const handshake = (query: URLSearchParams): [number, string] => {
  const [mode, challenge] = [query.get('hub.mode'), query.get('hub.challenge')];
  if (mode === null || challenge === null) return [400, ''];
  const tokens = query.getAll('hub.verify_token');
  const right = mode === 'subscribe' && tokens.join(' ') === whatsapp.verifyToken;
  return right ? [200, challenge] : [403, ''];
};

const isJson = (body: Buffer): boolean => {
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false;
  }
};

/** As much of the platform as seeding meets; `trusting` forgets to check signatures. */
const platform = async ({ trusting = false, busy = 0 } = {}) => {
  const registered: { identities: object; consents: unknown[] }[] = [];
  let refusals = busy;
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const answer = (status: number, body = '', headers = {}) =>
      void response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(body);
    void bodyOf(request).then((body) => {
      if (url.pathname === '/v1/contacts') {
        if ((refusals -= 1) >= 0) return answer(429, '', { 'retry-after': '0.01' });
        registered.push(JSON.parse(body.toString()));
        return answer(200, JSON.stringify({ contactId: 'ct_0123456789' }));
      }
      if (request.method === 'GET') return answer(...handshake(url.searchParams));
      const signed = request.headers['x-hub-signature-256'] === signatureOf(body, 'ours');
      if (!signed && !trusting) return answer(401);
      return answer(isJson(body) ? 200 : 400);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const credentials: Credentials = { origin, tenant: 'demo', apiKey: 'tact_demo_x', whatsapp };
  let said = '';
  const terminal = terminalOn({ write: (text) => (said += text) });
  return { api: new TactClient(credentials), terminal, said: () => said, registered };
};

test('every answer of a right platform is the expected one', async () => {
  const { registered, said, ...running } = await platform();
  await seed(true, running);
  expect(said()).toMatch(/^ {2}✓ sig-wrong-secret +expected 401 {2}got 401$/m);
  expect(said()).toMatch(/^ {2}✓ handshake: valid +expected 200 {2}got 200$/m);
  expect(said()).toMatch(
    /^\d+ contacts registered, (\d+) requests posted, \1 as expected, 0 not$/m,
  );
  expect(registered[0]?.consents).toHaveLength(4);
});

test('a platform that believes any signature is found out', async () => {
  const { said, ...running } = await platform({ trusting: true });
  await expect(seed(true, running)).rejects.toThrow(/answers were not the expected ones/);
  expect(said()).toMatch(/^ {2}✗ sig-wrong-secret +expected 401 {2}got 200$/m);
});

test('a busy platform is asked again', async () => {
  const { registered, api, terminal } = await platform({ busy: 20 });
  await seed(true, { api, terminal });
  expect(registered.length).toBeGreaterThan(100);
});

test('a folder that is no corpus is one sentence', async () => {
  const { api, terminal } = await platform();
  await expect(seed('/nowhere', { api, terminal })).rejects.toThrow(
    '/nowhere/manifest.json cannot be read: give the folder of the WhatsApp corpus.',
  );
});
