import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { linesOf } from './refusal.ts';
import { TactApi } from './tact-api.ts';

let server: Server;
afterEach(() => {
  server.close();
});

/** A platform that refuses everything with one problem document. */
const refusing = async (status: number, problem: object): Promise<TactApi> => {
  server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ type: 'about:blank', status, traceId: 't', ...problem }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  return new TactApi({
    origin: `http://127.0.0.1:${port}`,
    tenant: 'demo',
    apiKey: 'k',
    whatsapp: { appSecret: 's', verifyToken: 'v', wabaIds: [] },
  });
};

const linesSaid = (asked: Promise<unknown>): Promise<string[]> =>
  asked.then(() => ['it was answered'], linesOf);

test('a problem is told whole: its title, its detail, and what is wrong where', async () => {
  const api = await refusing(422, {
    title: 'The request is not valid.',
    detail: 'Mend it and send it again.',
    errors: [
      { pointer: '/label', message: 'Give at least 1 character.' },
      { pointer: '', message: 'Unknown field.' },
    ],
  });
  expect(await linesSaid(api.post('/v1/api-keys', {}))).toEqual([
    'POST /v1/api-keys answered 422. The request is not valid. Mend it and send it again.',
    '  /label: Give at least 1 character.',
    '  the whole: Unknown field.',
  ]);
});

test('a thousand errors do not bury the sentence', async () => {
  const errors = Array.from({ length: 1_000 }, (_, at) => ({ pointer: `/${at}`, message: 'No.' }));
  const api = await refusing(422, { title: 'The request is not valid.', errors });
  const lines = await linesSaid(api.get('/v1/contacts'));
  expect(lines).toHaveLength(22);
  expect(lines.at(-1)).toBe('  and 980 more');
});

test('an answer that is no problem is told by its status', async () => {
  const api = await refusing(500, { title: 7 });
  expect(await linesSaid(api.get('/v1/contacts'))).toEqual(['GET /v1/contacts answered 500.']);
});
