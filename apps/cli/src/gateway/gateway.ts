import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { bodyBytesMaxOf, serviceOfPath } from '@tact/contracts';
import { forward, upstreamAgent } from './forward.ts';
import { listenOn, type Listening } from './listen.ts';
import { mergeOpenApi } from './merge-openapi.ts';
import { refuseUnreadable, sendJson, sendProblem } from './problem.ts';
import { askAll, type OriginOf } from './upstream-json.ts';

export type Gateway = {
  readonly origin: string;
  readonly port: number;
  /** Lets running requests end for a while, then cuts them. */
  stop(drainMs: number): Promise<void>;
};

type OwnPage = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
};

const ownPages = (originOf: OriginOf): Record<string, OwnPage> => ({
  '/': (_request, response) =>
    sendJson(response, 200, {
      name: 'tact',
      openapi: '/openapi.json',
      health: { live: '/health/live', ready: '/health/ready' },
    }),
  '/health/live': (_request, response) => sendJson(response, 200, { status: 'live' }),
  '/health/ready': async (_request, response) => {
    const answers = await askAll(originOf, '/health/ready', 3_000);
    const ready = answers.every(({ ok }) => ok);
    if (!ready) response.setHeader('retry-after', '1');
    sendJson(response, ready ? 200 : 503, {
      status: ready ? 'ready' : 'not-ready',
      services: Object.fromEntries(
        answers.map(({ service, ok }) => [service, ok ? 'ready' : 'not-ready']),
      ),
    });
  },
  '/openapi.json': async (request, response) => {
    const answers = await askAll(originOf, '/openapi.json', 5_000);
    if (!answers.every(({ ok }) => ok)) {
      return sendProblem(response, 'unavailable', 'A service does not answer now.');
    }
    const documents = answers.map(({ service, body }) => ({ service, document: body }));
    return sendJson(response, 200, mergeOpenApi(documents, `http://${request.headers.host ?? ''}`));
  },
});

/** Routes by path alone, with the table of the contracts. */
const router = (originOf: OriginOf) => {
  const agent = upstreamAgent();
  const own = new Map(Object.entries(ownPages(originOf)));
  const route = (request: IncomingMessage, response: ServerResponse): void => {
    const path = pathOf(request.url ?? '/');
    const service = serviceOfPath(path);
    if (service !== undefined) {
      const origin = originOf(service);
      if (origin !== undefined) {
        return forward(request, response, { origin, agent, bytesMax: bodyBytesMaxOf(path) });
      }
      request.resume();
      return sendProblem(response, 'unavailable', 'A service is starting again.');
    }
    request.resume();
    const page = own.get(path);
    if (page === undefined) return sendProblem(response, 'not-found');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendProblem(response, 'method-not-allowed');
    }
    Promise.resolve(page(request, response)).catch(() => {
      if (!response.headersSent) sendProblem(response, 'internal-error');
    });
    return undefined;
  };
  return { route, close: () => agent.destroy() };
};

const serverOf = (route: RequestListener): Server => {
  const lastAnswers = new WeakMap<Duplex, ServerResponse>();
  const server = createServer({ noDelay: true }, (request, response) => {
    lastAnswers.set(request.socket, response);
    route(request, response);
  });
  server.on('clientError', (error, socket) =>
    refuseUnreadable(error, socket, lastAnswers.get(socket)),
  );
  // An import may stream for longer than Node's five minutes; silence for two is the limit instead.
  server.requestTimeout = 0;
  server.headersTimeout = 60_000;
  server.setTimeout(120_000);
  // Longer than the idle time of common balancers, so that they close first.
  server.keepAliveTimeout = 75_000;
  return server;
};

/** One origin in front of the four services. Throws `Refusal` when the port cannot be listened on. */
export const startGateway = async (options: {
  originOf: OriginOf;
  port: number;
  host: string | undefined;
}): Promise<Gateway> => {
  const { route, close } = router(options.originOf);
  const listening: Listening = await listenOn(() => serverOf(route), options);
  return {
    origin: listening.origin,
    port: listening.port,
    stop: async (drainMs) => {
      await listening.close(drainMs);
      close();
    },
  };
};
