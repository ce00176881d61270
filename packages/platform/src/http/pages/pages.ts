import type { FastifyReply, FastifyRequest } from 'fastify';
import { pageLanguageOf, type PageLanguage } from '../../pages/language.ts';
import type { PageContent } from '../../pages/layout.ts';

export type ShownPage = PageContent & {
  /** 200 when absent. */
  readonly status?: number;
};

const chosenIn = ({ query }: FastifyRequest): unknown => (query as { lang?: unknown }).lang;

/** Writes pages as answers. What draws them is loaded with the first: most services show none. */
export class Pages {
  /** What the person chose, else what the browser asks for, else what the page would rather be in. */
  languageOf(request: FastifyRequest, fallback?: PageLanguage): PageLanguage {
    return pageLanguageOf({
      chosen: chosenIn(request),
      accepted: request.headers['accept-language'],
      ...(fallback === undefined ? {} : { fallback }),
    });
  }

  async show(reply: FastifyReply, { status = 200, ...content }: ShownPage): Promise<void> {
    const [{ renderPage }, { pagePolicy }] = await Promise.all([
      import('../../pages/render.ts'),
      import('../../pages/look.ts'),
    ]);
    await reply
      .code(status)
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-language': content.language,
        'content-security-policy': pagePolicy,
        vary: 'accept, accept-language',
      })
      .send(renderPage(content, reply.request.url));
  }

  /** After a form: the page that says what came of it, which may be loaded again without sending anything. */
  async redirect(reply: FastifyReply, path: string, language: PageLanguage): Promise<void> {
    await reply.redirect(`${path}?lang=${language}`, 303);
  }
}
