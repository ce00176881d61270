import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  ingestionUnderTest,
  newPhone,
  webhookSecret,
} from '../../../../packages/testing/src/ingestion-under-test.ts';

const { keyOf, register, running } = ingestionUnderTest();

let noisy: string;
let other: string;
/** Two seconds, or on a machine that is busy with something else what it takes there. */
let waitMsMax: number;
beforeAll(async () => {
  noisy = await keyOf('demo', ['admin']);
  other = await keyOf('other', ['admin']);
  // Before anything is measured, every path was taken once.
  await register(newPhone());
  await askAll();
  let usual = 0;
  for (let nth = 0; nth < 20; nth += 1) usual = Math.max(usual, await askAll());
  waitMsMax = Math.max(2_000, 10 * usual);
});

const post = (path: string, { key, body }: { key: string; body: string }) =>
  fetch(`${running().origin}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
  });

/** What the others ask meanwhile: a signed webhook, and a call with a key that nobody else uses. */
const askAll = async (): Promise<number> => {
  const payload = JSON.stringify({ object: 'whatsapp_business_account', entry: [] });
  const hmac = createHmac('sha256', webhookSecret).update(payload).digest('hex');
  const began = performance.now();
  const answers = await Promise.all([
    fetch(`${running().origin}/v1/webhooks/whatsapp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${hmac}` },
      body: payload,
    }),
    post('/v1/contacts/search', {
      key: other,
      body: JSON.stringify({ identity: { phone: '+33639980999' } }),
    }),
    fetch(`${running().origin}/health/ready`),
  ]);
  const ms = performance.now() - began;
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 200]);
  return ms;
};

type Upload = { readonly socket: Socket; received: string };
let uploads: Upload[] = [];
afterEach(() => {
  for (const { socket } of uploads) socket.destroy();
  uploads = [];
});

/** Uploads that begin and then send a byte now and then, for as long as they may. */
const trickle = async (count: number, path: string, headers: readonly string[]) => {
  const { port } = running();
  const head = [`POST ${path} HTTP/1.1`, 'host: x', 'content-length: 100000', ...headers, '', '{'];
  uploads = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(port, '127.0.0.1');
      const upload: Upload = { socket, received: '' };
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => (upload.received += chunk.toString('latin1')));
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(head.join('\r\n'));
      return upload;
    }),
  );
  return uploads;
};
const statusesOf = (all: readonly Upload[]) =>
  Object.fromEntries(
    [...Map.groupBy(all, ({ received }) => received.slice(9, 12) || 'none')].map(
      ([status, some]) => [status, some.length],
    ),
  );
/** Asks as the others until `isDone`, and says the longest that they waited. */
const othersUntil = async (isDone: () => boolean): Promise<number> => {
  let slowest = 0;
  do {
    slowest = Math.max(slowest, await askAll());
    for (const { socket } of uploads) if (socket.writable) socket.write(' ');
    await pause(20);
  } while (!isDone());
  return slowest;
};

const json = 'content-type: application/json';
const lines = 'content-type: application/x-ndjson';

test.each([
  ['without a key', '/v1/signals', json, '401'],
  ['of a file, without a key', '/v1/imports?type=signals', lines, '401'],
  ['to where there is nothing', '/v1/nothing', json, '404'],
])(
  '260 slow uploads %s are over at once',
  async (_name, path, type, status) => {
    const all = await trickle(260, path, [type]);
    const slowest = await othersUntil(() => statusesOf(all)[status] === 260);
    expect(slowest).toBeLessThan(waitMsMax);
  },
  60_000,
);

const key = () => `authorization: Bearer ${noisy}`;
test.each([
  ['with one key', '/v1/signals', () => [json, key()], /^HTTP\/1.1 (?:400|429) /],
  ['of unsigned webhooks', '/v1/webhooks/whatsapp', () => [json], /^HTTP\/1.1 400 /],
])(
  'of 260 slow uploads %s sixteen go on, and nobody else waits',
  async (...given) => {
    const [, path, headers, refused] = given;
    const all = await trickle(260, path, headers());
    const slowest = await othersUntil(() => statusesOf(all)['none'] === 16);
    expect(all.filter(({ received }) => refused.test(received))).toHaveLength(244);
    expect(slowest).toBeLessThan(waitMsMax);
  },
  60_000,
);

test('of 260 files at once one key sends sixteen, and nobody else waits', async () => {
  const all = await trickle(260, '/v1/imports?type=signals', [lines, key()]);
  const slowest = await othersUntil(() => statusesOf(all)['429'] === 244);
  expect(statusesOf(all)).toEqual({ '429': 244, none: 16 });
  expect(all.find(({ received }) => received.startsWith('HTTP/1.1 429'))?.received).toMatch(
    /retry-after: \d/,
  );
  expect(slowest).toBeLessThan(waitMsMax);
}, 60_000);

test('a key that asks for more than it is given waits for itself', async () => {
  const body = () => JSON.stringify({ identities: { phone: `+${newPhone()}` } });
  const statuses: number[] = [];
  const over = new AbortController();
  const burst = Array.from({ length: 200 }, async () => {
    while (!over.signal.aborted)
      statuses.push((await post('/v1/contacts', { key: noisy, body: body() })).status);
  });
  // All of its connections are open: what they cost this process, which is the caller too, is not the service's.
  while (statuses.length < 200) await pause(20);
  const others: Promise<Response>[] = [];
  const slowest = await othersUntil(() => {
    others.push(post('/v1/contacts', { key: other, body: body() }));
    return statuses.length > 800;
  });
  over.abort();
  await Promise.all(burst);
  expect(slowest).toBeLessThan(waitMsMax);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  for (const { status } of await Promise.all(others)) expect(status).toBe(200);
}, 60_000);
