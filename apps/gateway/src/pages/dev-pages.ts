import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { request as ask } from 'undici';
import { assertOwnMachine } from './own-machine.ts';
import { RefusedRequest, unavailable } from '../refusals/refused-request.ts';

/** Where the mail sink of the embedded platform shows what it took; undefined wherever there is none. */
export type MailOrigin = () => string | undefined;

const devPath = /^\/dev\/mail(?:\.json|\/[\w.]{1,20}(?:\/html)?)?$/;
const ANSWER_MS_MAX = 5_000;

/** True of the pages for whoever runs the embedded platform; nowhere else is there such a path. */
export const isDevPath = (path: string, mailOrigin: MailOrigin): boolean =>
  mailOrigin() !== undefined && devPath.test(path);

/** Headers that are the sink's to say; all else of its answer is framed anew. */
const passedOn = ['content-type', 'content-security-policy', 'x-frame-options', 'vary'] as const;
const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const answer = async (
  request: FastifyRequest,
  reply: FastifyReply,
  origin: string,
): Promise<FastifyReply> => {
  assertOwnMachine(request);
  const { target, headers } = request;
  const reported = await ask(`${origin}${target.path}`, {
    headers: {
      host: headers.host ?? '',
      accept: headers.accept ?? '*/*',
      'accept-language': headers['accept-language'] ?? '',
    },
    headersTimeout: ANSWER_MS_MAX,
    bodyTimeout: ANSWER_MS_MAX,
  }).catch(() => {
    throw unavailable('mail-away', 'The mail sink does not answer now.');
  });
  const body = Buffer.from(await reported.body.arrayBuffer());
  for (const name of passedOn) {
    const value = reported.headers[name];
    if (typeof value === 'string') void reply.header(name, value);
  }
  return reply.code(reported.statusCode).headers(always).send(body);
};

/** `/dev/mail`, for who sits at this machine and looks at what the embedded platform mailed. */
export const registerDevPages = (fastify: FastifyInstance, mailOrigin: MailOrigin): void => {
  const handler = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const origin = mailOrigin();
    if (origin === undefined) throw new RefusedRequest('not-found', 'not-found');
    return answer(request, reply, origin);
  };
  for (const url of ['/dev/mail', '/dev/mail.json', '/dev/mail/*']) fastify.get(url, handler);
};
