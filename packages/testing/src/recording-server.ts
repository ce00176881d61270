import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  status: number;
};
export type Reply = { readonly status: number; readonly body?: object };

export type RecordingServer = {
  readonly url: string;
  readonly exchanges: Exchange[];
  close(): Promise<void>;
};

/** A local HTTP server that answers by a function and keeps what was said. */
export const recordingServer = async (
  answer: (exchange: Readonly<Exchange>) => Reply,
  contentType: string,
): Promise<RecordingServer> => {
  const exchanges: Exchange[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const exchange = { method, path: url, headers, body: await text(request), status: 0 };
    exchanges.push(exchange);
    const reply = answer(exchange);
    exchange.status = reply.status;
    response.writeHead(reply.status, { 'content-type': contentType });
    response.end(reply.body && JSON.stringify(reply.body));
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
