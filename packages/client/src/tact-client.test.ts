import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ApiError } from './api-error.ts';
import { TactClient } from './tact-client.ts';

let server: Server;
afterEach(() => {
  server.close();
});

const clientOf = (port: number): TactClient =>
  new TactClient({
    origin: `http://127.0.0.1:${port}`,
    tenant: 'demo',
    apiKey: 'k',
    whatsapp: { appSecret: 's', verifyToken: 'v', wabaIds: [] },
  });

/** A platform that refuses everything with one problem document. */
const refusing = async (status: number, problem: object): Promise<TactClient> => {
  server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ type: 'about:blank', status, traceId: 't', ...problem }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  return clientOf(port);
};

/** The sentence and the details of what the call was refused with. */
const refusalOf = async (asked: Promise<unknown>): Promise<readonly string[]> => {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error('No ApiError came.', { cause: error });
  return [error.message, ...error.details];
};

test('a problem is told whole: its title, its detail, and what is wrong where', async () => {
  const api = await refusing(422, {
    title: 'The request is not valid.',
    detail: 'Mend it and send it again.',
    errors: [
      { pointer: '/label', message: 'Give at least 1 character.' },
      { pointer: '', message: 'Unknown field.' },
    ],
  });
  expect(await refusalOf(api.post('/v1/api-keys', {}))).toEqual([
    'POST /v1/api-keys answered 422. The request is not valid. Mend it and send it again.',
    '/label: Give at least 1 character.',
    'the whole: Unknown field.',
  ]);
});

test('an answer that is no problem is told by its status', async () => {
  const api = await refusing(500, { title: 7 });
  expect(await refusalOf(api.get('/v1/contacts', z.unknown()))).toEqual([
    'GET /v1/contacts answered 500.',
  ]);
});

test('a body that is not what contracts says is no answer', async () => {
  server = createServer((_, response) => response.end('{"items":7}'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  const api = clientOf(port);
  await expect(api.get('/v1/models', z.object({ items: z.array(z.string()) }))).rejects.toThrow(
    z.ZodError,
  );
});
