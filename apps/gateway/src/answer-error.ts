import { describeError } from '@tact/platform/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dropRest } from './bodies/drop-rest.ts';
import { CallerWentAway } from './bodies/read-body.ts';
import { ownHeaders } from './own-headers.ts';
import { sendProblem } from './problem.ts';
import { RefusedRequest } from './refused-request.ts';
import { awaitsContinue, condemn } from './server.ts';
import type { Watch } from './watch.ts';
import { CallerRefused } from './upstreams/authentication.ts';

/** What follows the answer: nothing, where the bytes are doubtful or may never come; else the rest is dropped. */
const leaveConnection = (
  { raw }: FastifyRequest,
  reply: FastifyReply,
  isDoubtful: boolean,
): void => {
  if (isDoubtful || awaitsContinue(raw)) {
    condemn(raw.socket);
    void reply.header('connection', 'close');
  } else dropRest(raw);
};

export const refuse = (
  request: FastifyRequest,
  reply: FastifyReply,
  { refused, watch }: { refused: RefusedRequest; watch: Watch },
): void => {
  sendProblem(request, reply, refused, () =>
    leaveConnection(request, reply, refused.options.doubtful ?? false),
  );
  watch.refused(refused.reason, request, reply.statusCode);
};

/** A service's own refusal of a caller, whose body was not read for it. */
const handOn = (request: FastifyRequest, reply: FastifyReply, refused: CallerRefused): void => {
  void reply.code(refused.status).headers({ ...ownHeaders, ...refused.headers });
  leaveConnection(request, reply, false);
  void reply.send(refused.body);
};

const refusalOf = (error: unknown): RefusedRequest => {
  if (error instanceof RefusedRequest) return error;
  const { code } = error as { code?: unknown };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new RefusedRequest('unsupported-media-type', 'media-type');
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
