import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionCap } from './connection-cap.ts';
import { bareProblem, refuseUnreadable } from '../refusals/problem.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const lastAnswer = Symbol('the answer last begun on this connection');
const waiting = Symbol('how many requests wait for the answer before them');
const condemned = Symbol('what follows on this connection is not read');
const awaited = Symbol('the caller waits for 100 Continue');

type OwnSocket = Duplex & {
  [lastAnswer]?: ServerResponse;
  [waiting]?: number;
  [condemned]?: true;
};
type OwnRequest = IncomingMessage & { [awaited]?: ServerResponse };

/** From here on nothing of this connection is read as a request: its last answer closes it. */
export const condemn = (socket: Socket): void => {
  (socket as OwnSocket)[condemned] = true;
};

export const isCondemned = (socket: OwnSocket): boolean => socket[condemned] === true;

/** Lets a caller go on that asked first; a body that was never asked for is not read. */
export const sendContinue = (request: OwnRequest): void => {
  request[awaited]?.writeContinue();
  delete request[awaited];
};

/** True when the caller may never send the body it announced. */
export const awaitsContinue = (request: OwnRequest): boolean => request[awaited] !== undefined;

/** Asked to, or because what follows may be another protocol, which is not spoken here. */
const endsConnection = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade !== undefined || /\bclose\b/i.test(headers.connection ?? '');

const WAITING_MAX = 32;

/** One request of a connection after the other: a read must not overtake the write it was sent behind. */
const inTurn =
  (handler: Handler): Handler =>
  (request, response) => {
    const socket: OwnSocket = request.socket;
    const take = (): void => {
      // Pipelined behind a request that ends the connection: it will never be answered, so it is not done either.
      if (socket[condemned]) return;
      if (endsConnection(request)) socket[condemned] = true;
      handler(request, response);
    };
    const before = socket[lastAnswer];
    socket[lastAnswer] = response;
    if (before === undefined || before.writableFinished) return take();
    const queue = (socket[waiting] ?? 0) + 1;
    socket[waiting] = queue;
    if (queue > WAITING_MAX) socket.destroy();
    before.once('close', () => {
      socket[waiting] = (socket[waiting] ?? 1) - 1;
      take();
    });
  };

/** Node's server with the limits of an edge. One for each address that is listened on. */
export const serverOf = (handler: Handler, cap: ConnectionCap): Server => {
  const handle = inTurn(handler);
  const server = createServer(
    {
      noDelay: true,
      maxHeaderSize: 16 * 1024,
      // Answered with a problem by our own hook.
      requireHostHeader: false,
      connectionsCheckingInterval: 2_000,
    },
    handle,
  );
  server.on('checkContinue', (request: OwnRequest, response) => {
    request[awaited] = response;
    handle(request, response);
  });
  server.on('checkExpectation', handle);
  server.on('connect', (_request, socket: Socket) => {
    // Node has let go of this one: its errors and its end are ours to hear, or they would end the process.
    socket.on('error', () => {});
    socket.end(bareProblem(405));
    socket.destroySoon();
  });
  server.on('clientError', (error, socket: OwnSocket) =>
    refuseUnreadable(error, socket, socket[lastAnswer]),
  );
  server.on('connection', (socket: Socket) => cap.admit(socket));
  // The hooks limit bodies, each kind in its own way; Node's limit is one for all and would cut an import.
  server.requestTimeout = 0;
  server.headersTimeout = 20_000;
  server.maxHeadersCount = 0;
  server.setTimeout(125_000);
  // Longer than the idle time of common balancers, so that they close first.
  server.keepAliveTimeout = 75_000;
  return server;
};
