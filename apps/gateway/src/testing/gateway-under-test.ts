import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach } from '@jest/globals';
import { serviceNames } from '@tact/contracts';
import { createLog } from '@tact/platform/observability';
import { readConfig } from '../config.ts';
import { startGateway, type Gateway } from '../gateway.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What the one service behind the gateway heard, and how it behaves; anew for each test. */
type Stage = {
  gateway: Gateway;
  /** Method and path of each request, but for questions who calls. */
  received: string[];
  /** The headers of each question who calls. */
  asked: IncomingMessage['headers'][];
  answer: Answer;
  /** As a stopped process: it takes connections and requests, and says nothing. */
  frozen: boolean;
  probes: number;
  /** Says who calls in the place of the usual answer. */
  vouch: ((response: ServerResponse) => void) | undefined;
};

const originOf = (server: Server): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** What the service behind the gateway does with a request. */
const serviceOn =
  (stage: Stage): Answer =>
  (request, response) => {
    if (stage.frozen) return;
    if (request.url === '/health/live') {
      stage.probes += 1;
      return void response.writeHead(200).end();
    }
    if (request.url === '/internal/caller') {
      stage.asked.push(request.headers);
      if (stage.vouch !== undefined) return stage.vouch(response);
      const { authorization } = request.headers;
      if (authorization === 'Bearer good') return void response.writeHead(204).end();
      const [status, body] = authorization === 'Bearer busy' ? [429, '{}'] : [401, '{"a":1}'];
      const headers = { 'content-type': 'application/problem+json', 'retry-after': '7' };
      return void response.writeHead(status, headers).end(body);
    }
    stage.received.push(`${request.method} ${request.url}`);
    stage.answer(request, response);
  };

/** Callers of every kind; their connections end with the test. */
const callersOf = (stage: Stage, sockets: Socket[]) => {
  const open = (): Socket => {
    const socket = connect(stage.gateway.port, '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    return socket;
  };
  return {
    open,

    /** A body of a megabyte that is announced, begun, and then hardly goes on. */
    slowUpload: (path: string, headers = ''): Socket => {
      const socket = open();
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: x\r\n${headers}content-type: application/json\r\ncontent-length: 1000000\r\n\r\n{`,
      );
      return socket;
    },

    post: (path: string, authorization = 'Bearer good') =>
      fetch(`${stage.gateway.origin}${path}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: '{}',
        signal: AbortSignal.timeout(20_000),
      }),

    /** Asks, waits until a service hears of it (or is asked who calls), and is gone. */
    askAndLeave: async (request: string, receivedOf: () => number): Promise<void> => {
      const socket = open();
      const before = receivedOf();
      socket.write(request);
      while (receivedOf() === before) await sleep(2);
      socket.resetAndDestroy();
    },
  };
};

const fresh = (): Omit<Stage, 'gateway'> => ({
  received: [],
  asked: [],
  frozen: false,
  probes: 0,
  vouch: undefined,
  answer: (request, response) => {
    request.resume().once('end', () => response.writeHead(204).end());
  },
});

/** The gateway before one service that plays all of them. */
export const gatewayUnderTest = () => {
  const stage = fresh() as Stage;
  const sockets: Socket[] = [];
  let service: Server;

  beforeEach(async () => {
    Object.assign(stage, fresh());
    service = createServer(serviceOn(stage));
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await stage.gateway.stop(100);
    service.closeAllConnections();
    service.close();
  });

  const begin = async (settings: Record<string, string> = {}): Promise<void> => {
    const config = readConfig({ PORT: '0', TACT_LOG_LEVEL: 'silent', ...settings });
    stage.gateway = await startGateway(config, createLog({ service: 'gateway', level: 'silent' }));
    stage.gateway.moveTo(Object.fromEntries(serviceNames.map((name) => [name, originOf(service)])));
  };

  return { stage, begin, ...callersOf(stage, sockets) };
};

/** A whole request of an empty object, as bytes on a connection. */
export const raw = (path: string, key: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${key}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`;
