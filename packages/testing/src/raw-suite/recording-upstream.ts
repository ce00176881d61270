import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suiteKey } from './raw-case.ts';

export type RecordingUpstream = {
  readonly origin: string;
  readonly server: Server;
  /** What arrived since it was last asked, but for the neighbour's own. */
  readonly received: () => readonly string[];
  close(): void;
};

const neighbourPath = '/v1/models/neighbour-';

/** Every service at once: it keeps what it hears, and answers with it. */
export const recordingUpstream = async (): Promise<RecordingUpstream> => {
  let received: string[] = [];
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request;
    request.resume();
    if (url === '/health/live') return response.writeHead(200).end();
    if (url === '/internal/caller') {
      return response.writeHead(headers.authorization === suiteKey ? 204 : 401).end();
    }
    if (!url.startsWith(neighbourPath)) received.push(`${method} ${url}`);
    const body = JSON.stringify({ method, url, authorization: headers.authorization });
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    received: () => {
      const all = received;
      received = [];
      return all;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** Somebody else, whose answer has to be the one to its own question and under its own key. */
export const neighbourOf = (origin: string) => async (): Promise<string | undefined> => {
  const nonce = randomBytes(6).toString('hex');
  const asked = {
    method: 'GET',
    url: `${neighbourPath}${nonce}`,
    authorization: `Bearer ${nonce}`,
  };
  const { authorization } = asked;
  try {
    const signal = AbortSignal.timeout(2_000);
    const answer = await fetch(`${origin}${asked.url}`, { headers: { authorization }, signal });
    const text = await answer.text();
    return text === JSON.stringify(asked)
      ? undefined
      : `was answered ${answer.status} ${text.slice(0, 80)}`;
  } catch (error) {
    return `got no answer (${String(error)})`;
  }
};
