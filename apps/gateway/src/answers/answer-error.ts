import { securityHeaders } from '@tact/contracts';
import { describeError } from '@tact/platform/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerWentAway } from '../bodies/read-body.ts';
import { giveProblemPage, isBrowser } from './give-page.ts';
import { beginProblem, sendProblem } from '../refusals/problem.ts';
import { RefusedRequest, doubtful } from '../refusals/refused-request.ts';
import { awaitsContinue, condemn } from '../connections/server.ts';
import type { Watch } from '../metrics/watch.ts';
import { CallerRefused } from '../upstreams/authentication.ts';

/** Nothing is read behind bytes that are doubtful, or that the caller may never send. */
const leaveConnection = ({ raw }: FastifyRequest, isDoubtful: boolean): void => {
  if (isDoubtful || awaitsContinue(raw)) condemn(raw.socket);
};

/** To a browser as a page; what it could not even ask for stays a program's. */
const answerProblem = async (
  request: FastifyRequest,
  reply: FastifyReply,
  refused: RefusedRequest,
): Promise<void> => {
  const problem = beginProblem(request, reply, refused);
  if (refused.options.doubtful !== true && (await isBrowser(request))) {
    await giveProblemPage(request, reply, problem);
  } else sendProblem(reply, problem);
};

export const refuse = (
  request: FastifyRequest,
  reply: FastifyReply,
  { refused, watch }: { refused: RefusedRequest; watch: Watch },
): void => {
  leaveConnection(request, refused.options.doubtful ?? false);
  void answerProblem(request, reply, refused);
  watch.refused(refused.reason, request, reply.statusCode);
};

/** A service's own refusal of a caller, whose body was not read for it. */
const handOn = (request: FastifyRequest, reply: FastifyReply, refused: CallerRefused): void => {
  void reply.code(refused.status).headers({ ...securityHeaders, ...refused.headers });
  leaveConnection(request, false);
  void reply.send(refused.body);
};

const refusalOf = (error: unknown): RefusedRequest => {
  if (error instanceof RefusedRequest) return error;
  const { code } = error as { code?: unknown };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new RefusedRequest('unsupported-media-type', 'media-type');
  }
  // Fastify's own words on a request it cannot read.
  const { statusCode } = error as { statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode < 500) {
    return doubtful('unreadable', 'The request could not be read.');
  }
  return new RefusedRequest('internal-error', 'internal-error');
};

/** Every error of a request ends here: a refusal of ours, of a service, or a defect. */
export const answerError = (
  error: unknown,
  { request, reply, watch }: { request: FastifyRequest; reply: FastifyReply; watch: Watch },
): void => {
  if (error instanceof CallerWentAway) {
    void reply.hijack();
    reply.raw.destroy();
    return;
  }
  if (error instanceof CallerRefused) {
    handOn(request, reply, error);
    watch.refused('caller-refused', request, error.status);
    return;
  }
  const refused = refusalOf(error);
  if (refused.slug === 'internal-error') {
    watch.log.error({ error: describeError(error) }, 'request failed');
  }
  refuse(request, reply, { refused, watch });
};
