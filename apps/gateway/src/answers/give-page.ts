import { securityHeaders } from '@tact/contracts';
import type { PageContent, PageLanguage } from '@tact/platform/pages';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Loaded with the first page: most callers are programs, and what draws pages is large. */
const drawing = () => import('@tact/platform/pages');

const mentionsHtml = /\btext\/html\b/i;

type Draw = (language: PageLanguage) => PageContent | Promise<PageContent>;

/** True of a browser: it asks for HTML and for nothing that a program would read. */
export const isBrowser = async ({ headers: { accept } }: FastifyRequest): Promise<boolean> =>
  accept !== undefined && mentionsHtml.test(accept) && (await drawing()).prefersPage(accept);

const chosenIn = ({ query }: FastifyRequest): unknown =>
  (query as { lang?: unknown } | undefined)?.lang;

/** Answers with a page in the language that the person chose, or that the browser asks for. */
export const givePage = async (
  request: FastifyRequest,
  reply: FastifyReply,
  draw: Draw,
): Promise<FastifyReply> => {
  const { pageLanguageOf, pagePolicy, renderPage } = await drawing();
  const language = pageLanguageOf({
    chosen: chosenIn(request),
    accepted: request.headers['accept-language'],
  });
  const { path } = request.target ?? { path: '/' };
  return reply
    .headers({
      ...securityHeaders,
      'content-security-policy': pagePolicy,
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      vary: 'accept, accept-language',
    })
    .send(renderPage(await draw(language), path));
};

/** A problem as a page that a person reads. */
export const giveProblemPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  problem: { readonly status: number; readonly traceId: string },
): Promise<FastifyReply> =>
  givePage(request, reply, async (language) => (await drawing()).problemPage(problem, language));
