import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { problems } from '@tact/contracts';
import type { Problem } from '@tact/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { prefersPage } from '../pages/language.ts';
import { Pages } from './pages/pages.ts';
import type { ProblemError } from './problem-error.ts';
import { problemOfError } from './problem-of-error.ts';
import { stateOf } from './request-state.ts';
import type { RouteBook } from './route-book.ts';

const bodyOf = (error: ProblemError, traceId: string): Problem => {
  const { status, title } = problems[error.slug];
  return {
    type: `/problems/${error.slug}`,
    title,
    status,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    instance: `urn:tact:trace:${traceId}`,
    traceId,
    ...(error.errors === undefined ? {} : { errors: [...error.errors] }),
    ...(error.conflictId === undefined ? {} : { conflictId: error.conflictId }),
    ...(error.proposalId === undefined ? {} : { proposalId: error.proposalId }),
  };
};

const pages = new Pages();

/** The same problem, as a page that a person reads. */
const showProblem = async (
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
): Promise<void> => {
  const { problemPage } = await import('../pages/problem-page.ts');
  const { traceId } = stateOf(request).context;
  const language = pages.languageOf(request);
  await pages.show(reply, { ...problemPage({ status, traceId }, language), status });
};

/** Writes a problem as the answer, to a browser as a page, and remembers it for the log line. */
export const sendProblem = async (
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
): Promise<void> => {
  const problem = problemOfError(thrown);
  const state = stateOf(request);
  state.problem = problem.slug;
  if (problem.status >= 500) state.failure = problem === thrown ? problem : problem.cause;
  void reply.headers(problem.headers);
  if (prefersPage(request.headers.accept)) return showProblem(request, reply, problem.status);
  await reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(bodyOf(problem, state.context.traceId)));
};

/** Every error of the HTTP edge leaves through here, whoever threw it. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #routes: RouteBook;

  constructor(routes: RouteBook) {
    this.#routes = routes;
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent || reply.raw.headersSent) {
      stateOf(request).failure = thrown;
      reply.raw.destroy();
      return;
    }
    void sendProblem(request, reply, this.#routes.explain(request, thrown));
  }
}
