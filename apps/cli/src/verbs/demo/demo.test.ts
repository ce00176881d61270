import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import type { BlockLikelihood } from '@tact/contracts';
import type { Population } from '../../simulator/people.ts';
import { demo } from './demo.ts';
import type { Running } from '../start.ts';
import { terminalOn } from '../../terminal/terminal.ts';
import { signatureOf } from '@tact/client';

let server: Server;
afterEach(() => {
  server.close();
});

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const sentence = { fr: 'rien', en: 'four messages are stuck' };
const likelihoodOf = (contactId: string): BlockLikelihood => ({
  contactId,
  probability: 0.9,
  band: 'probable',
  causes: { blocked: 0.9, 'phone-off': 0.1, 'long-off': 0, churned: 0, network: 0, reachable: 0 },
  priorLogOdds: -3,
  families: [
    {
      family: 'delivery',
      contribution: 5,
      probabilityWithout: 0.1,
      sentence,
      innocentAlternatives: [],
    },
  ],
  rule: { outcome: 'published', sentence },
  modelVersion: 'test',
  asOf: { position: 1, at: '2026-11-01T00:00:00.000Z' },
});

/** A platform of one process whose consumers lag for a while. */
const platform = async () => {
  const bodies: string[] = [];
  const reported: unknown[] = [];
  let lag = 3;
  let contacts = 0;
  const reply = (path: string): unknown => {
    if (path === '/v1/signals') return { results: [], accepted: 1, rejected: 0 };
    if (path === '/v1/contacts') return { contactId: `ct_000000000${(contacts += 1)}` };
    if (path === '/health/ready') {
      const consumers = [{ group: 'g', lag: Math.max((lag -= 1), 0), parked: 0 }];
      return { status: 'ready', checks: {}, relay: { depth: 0 }, consumers };
    }
    const { probability, band, asOf } = likelihoodOf('');
    const item = { contactId: 'ct_0000000001', probability, band, reason: sentence, asOf };
    return path.startsWith('/v1/block-likelihoods')
      ? { items: [item] }
      : likelihoodOf('ct_0000000001');
  };
  server = createServer((request, response) => {
    void (async () => {
      const text = await textOf(request);
      const path = request.url ?? '';
      const isWebhook = path === '/v1/webhooks/whatsapp';
      if (isWebhook) bodies.push(text);
      if (path === '/v1/signals') reported.push(JSON.parse(text));
      const signed = request.headers['x-hub-signature-256'] === signatureOf(Buffer.from(text), 's');
      const trusted = isWebhook
        ? signed
        : path === '/health/ready' || request.headers.authorization === 'Bearer k';
      response.writeHead(trusted ? 200 : 401);
      response.end(JSON.stringify(isWebhook ? {} : reply(path)));
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  const running: Running = {
    credentials: {
      origin: `http://127.0.0.1:${port}`,
      tenant: 'demo',
      apiKey: 'k',
      whatsapp: { appSecret: 's', verifyToken: 'v', wabaIds: ['1'] },
    },
    servicePorts: () => [port],
    signal: new AbortController().signal,
  };
  return { running, bodies, reported, lag: () => lag };
};

test('the demo registers people, posts in order, waits for scoring, and shows the truth beside', async () => {
  const { running, bodies, reported, lag } = await platform();
  const population: Population = {
    startAt: '2026-09-01T00:00:00.000Z',
    people: [
      {
        identities: { phone: '+33639980101' },
        timeZone: 'Europe/Paris',
        language: 'fr',
        blockedSince: '2026-10-01T00:00:00.000Z',
      },
      { identities: { phone: '+33639980102' }, timeZone: 'Europe/Paris', language: 'fr' },
    ],
    batches: [1, 2, 3].map((n) => ({ facts: 10, body: { n } })),
    observations: [
      {
        id: 'demo-1',
        contact: { phone: '+33639980101' },
        kind: 'photo-missing',
        occurredAt: '2026-10-02T09:00:00.000Z',
        observer: 'agent 7',
      },
    ],
  };
  let said = '';
  const terminal = terminalOn({ write: (text) => (said += text) });
  await demo(population, running, { terminal, language: 'en' });
  expect(bodies).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
  expect(lag()).toBeLessThanOrEqual(-4);
  expect(said).toMatch(/✓ scoring has caught up/);
  expect(said).toMatch(/^1 +ct_0000000001 +90\.0 % +probable +blocked since 2026-10-01$/m);
  expect(said).toContain(
    'In the simulation, 1 of these 1 block the business now; of all 2 people 1 do.',
  );
  expect(reported).toEqual([population.observations]);
  expect(said).toMatch(/^probable +1 +1$/m);
});
