import replyFrom from '@fastify/reply-from';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { answerError, refuse } from './answers/answer-error.ts';
import { parseBody } from './bodies/parse-body.ts';
import { registerDevClock, type AskClock } from './pages/dev-clock.ts';
import { registerDevPages, type MailOrigin } from './pages/dev-pages.ts';
import { dropRest } from './bodies/drop-rest.ts';
import type { Uploads } from './bodies/uploads.ts';
import { trustOf } from './config.ts';
import { forwarding } from './forwarding/forward.ts';
import { Authentication } from './upstreams/authentication.ts';
import { hasBody } from './bodies/has-body.ts';
import { refuseFraming } from './hooks/refuse-framing.ts';
import { methods, refuseMethod } from './hooks/refuse-method.ts';
import { refuseTarget } from './hooks/refuse-target.ts';
import { registerOwnPages } from './pages/own-pages.ts';
import { doubtful, unavailable } from './refusals/refused-request.ts';
import { isCondemned } from './connections/server.ts';
import { targetOf, type Target } from './forwarding/target.ts';
import type { Upstreams } from './upstreams/upstreams.ts';
import type { Watch } from './metrics/watch.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent until the first line was read. */
    target: Target;
  }
}

export type EdgeOptions = {
  readonly upstreams: Upstreams;
  readonly uploads: Uploads;
  readonly watch: Watch;
  readonly trustedProxies: string;
  /** As callers see it, for the description: what they say of it themselves is not repeated. */
  readonly ownOrigin: () => string;
  /** The embedded platform's own mails; none elsewhere. */
  readonly mailOrigin: MailOrigin;
  /** The embedded platform's own clock; absent elsewhere. */
  readonly askClock?: AskClock | undefined;
  /** Callers come over TLS, and must not come otherwise. */
  readonly https: boolean;
  /** True while the gateway stops: every answer is the last of its connection. */
  readonly isDraining: () => boolean;
};

const registerHooks = (app: FastifyInstance, options: EdgeOptions): void => {
  const { upstreams, watch, https, isDraining, mailOrigin } = options;
  const hasClock = options.askClock !== undefined;
  const authentication = new Authentication();
  app.decorateRequest('target');
  // Before anything waits: what is pipelined behind a doubtful request is not read.
  app.addHook('onRequest', (request, _reply, done) => {
    refuseMethod(request.method);
    refuseFraming(request.raw);
    request.target = targetOf(request.raw.url ?? '');
    refuseTarget(request, { mailOrigin, hasClock });
    done();
  });
  app.addHook('onRequest', (request, _reply, done) => {
    const { route } = request.target;
    if (route === undefined) return done();
    const upstream = upstreams.of(route.service);
    if (upstream.isAway) throw unavailable('service-away', 'A service does not answer now.');
    if (!route.needsKey || !hasBody(request.raw)) return done();
    authentication.check(request, upstream, done);
    return undefined;
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { raw } = request;
    if (https) void reply.header('strict-transport-security', 'max-age=31536000');
    if (isDraining() || isCondemned(raw.socket)) void reply.header('connection', 'close');
    else if (!raw.complete) {
      // Whoever answers before the end of the body wants to be heard: what still comes is dropped.
      if (reply.hasHeader('connection')) void reply.removeHeader('connection');
      dropRest(raw);
    }
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    watch.answered(request, reply);
    done();
  });
};

/** The hooks and routes of the one origin. It listens nowhere: see `server.ts`. */
export const createEdge = async (options: EdgeOptions): Promise<FastifyInstance> => {
  const { upstreams, uploads, watch, trustedProxies } = options;
  const app = fastify({
    logger: false,
    trustProxy: trustOf(trustedProxies),
    // Kept-alive connections are still answered while the gateway stops.
    return503OnClosing: false,
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      refuse(request, reply, {
        watch,
        refused: doubtful('target-unreadable', 'The address cannot be read.'),
      });
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', parseBody(uploads));
  registerHooks(app, options);
  app.setErrorHandler((error, request, reply) => answerError(error, { request, reply, watch }));
  await app.register(replyFrom, {
    undici: { request: upstreams.request },
    cacheURLs: 500,
    disableRequestLogging: true,
  });
  const { ownOrigin, mailOrigin } = options;
  registerOwnPages(app, { originOf: upstreams.originOf, ownOrigin, mailOrigin });
  registerDevPages(app, mailOrigin);
  const { askClock } = options;
  if (askClock !== undefined) registerDevClock(app, { askClock, uploads });
  app.route({
    method: [...methods],
    url: '*',
    handler: forwarding(uploads, options.isDraining),
  });
  await app.ready();
  return app;
};
