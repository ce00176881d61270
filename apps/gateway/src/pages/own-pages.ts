import { securityHeaders } from '@tact/contracts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { mergeOpenApi } from './merge-openapi.ts';
import { givePage, isBrowser } from '../answers/give-page.ts';
import type { MailOrigin } from './dev-pages.ts';
import { isOwnMachine } from './own-machine.ts';
import { unavailable } from '../refusals/refused-request.ts';
import { askAll, type OriginOf } from '../upstreams/ask-all.ts';

const sendText = (reply: FastifyReply, status: number, text: string): FastifyReply =>
  reply.code(status).headers(securityHeaders).type('application/json; charset=utf-8').send(text);

const sendJson = (reply: FastifyReply, status: number, body: unknown): FastifyReply =>
  sendText(reply, status, JSON.stringify(body));

/**
 * These pages ask every service and are anybody's to ask for: whoever comes while a question is under way, or a
 * moment later, shares its answer. A failure is not kept.
 */
const shared = <T>(ask: () => Promise<T>, keptMs: number): (() => Promise<T>) => {
  let last: Promise<T> | undefined;
  const forget = (): void => {
    last = undefined;
  };
  return () => {
    if (last !== undefined) return last;
    last = ask();
    last.then(() => setTimeout(forget, keptMs).unref(), forget);
    return last;
  };
};

const READINESS_KEPT_MS = 200;
const DESCRIPTION_KEPT_MS = 5_000;

export const ownPaths: ReadonlySet<string> = new Set([
  '/',
  '/health/live',
  '/health/ready',
  '/openapi.json',
]);

/** What the gateway serves itself, read only. */
export const registerOwnPages = (
  fastify: FastifyInstance,
  {
    originOf,
    ownOrigin,
    mailOrigin,
  }: { originOf: OriginOf; ownOrigin: () => string; mailOrigin: MailOrigin },
): void => {
  const readiness = shared(() => askAll(originOf, '/health/ready', 3_000), READINESS_KEPT_MS);
  const description = shared(async () => {
    const answers = await askAll(originOf, '/openapi.json', 5_000);
    if (!answers.every(({ ok }) => ok)) {
      throw unavailable('service-away', 'A service does not answer now.');
    }
    const documents = answers.map(({ service, body }) => ({ service, document: body }));
    return JSON.stringify(mergeOpenApi(documents, ownOrigin()));
  }, DESCRIPTION_KEPT_MS);
  fastify.get('/', async (request, reply) => {
    if (await isBrowser(request)) {
      const { startPage } = await import('./start-page.ts');
      const hasMail = mailOrigin() !== undefined && isOwnMachine(request);
      return givePage(request, reply, (language) => startPage(language, { hasMail }));
    }
    void reply.header('vary', 'accept, accept-language');
    return sendJson(reply, 200, {
      name: 'tact',
      openapi: '/openapi.json',
      health: { live: '/health/live', ready: '/health/ready' },
      signingKeys: '/.well-known/privacy-jwks.json',
    });
  });
  fastify.get('/health/live', (_request, reply) => sendJson(reply, 200, { status: 'live' }));
  fastify.get('/health/ready', async (_request, reply) => {
    const answers = await readiness();
    const ready = answers.every(({ ok }) => ok);
    if (!ready) void reply.header('retry-after', '1');
    return sendJson(reply, ready ? 200 : 503, {
      status: ready ? 'ready' : 'not-ready',
      services: Object.fromEntries(
        answers.map(({ service, ok }) => [service, ok ? 'ready' : 'not-ready']),
      ),
    });
  });
  fastify.get('/openapi.json', async (_request, reply) =>
    sendText(reply, 200, await description()),
  );
};
