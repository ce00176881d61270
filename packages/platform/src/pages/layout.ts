import { createElement as h, type ReactElement, type ReactNode } from 'react';
import { type FieldError, ErrorSummary } from './fields.ts';
import { type PageLanguage, pageLanguages, type Words } from './language.ts';
import { pageStyle } from './look.ts';

/** What a page says, before it has its frame. */
export type PageContent = {
  readonly language: PageLanguage;
  /** Its heading, and its title in a tab. */
  readonly title: string;
  readonly body: ReactNode;
  /** Whose page it is, in that business's words. */
  readonly owner?: string;
  /** What is wrong with a form that was sent: it stands above all, and its title says so. */
  readonly errors?: readonly FieldError[];
  readonly footer?: ReactNode;
};

const words: Words<'skip' | 'languages' | 'error'> = {
  en: { skip: 'Skip to the content', languages: 'Language', error: 'Error:' },
  fr: { skip: 'Aller au contenu', languages: 'Langue', error: 'Erreur :' },
};

const nameOf: Record<PageLanguage, string> = { en: 'English', fr: 'Français' };

type Addressed = PageContent & {
  /** Path and query of the page in another language. */
  readonly hrefIn: (language: PageLanguage) => string;
};

const switchOf = ({ language, hrefIn }: Addressed): ReactElement =>
  h(
    'nav',
    { 'aria-label': words[language].languages },
    h(
      'ul',
      null,
      ...pageLanguages.map((one) =>
        h(
          'li',
          { key: one, lang: one },
          one === language
            ? h('strong', { 'aria-current': 'true' }, nameOf[one])
            : h('a', { href: hrefIn(one), hrefLang: one }, nameOf[one]),
        ),
      ),
    ),
  );

const titleOf = ({ language, title, owner, errors = [] }: PageContent): string => {
  const whole = owner === undefined ? title : `${title} – ${owner}`;
  return errors.length === 0 ? whole : `${words[language].error} ${whole}`;
};

/** The frame of every page: what it is, in which language, what is wrong, and nothing that runs. */
export const Layout = (page: Addressed): ReactElement => {
  const { language, title, body, owner, errors = [], footer } = page;
  return h(
    'html',
    { lang: language },
    h(
      'head',
      null,
      h('meta', { charSet: 'utf-8' }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'robots', content: 'noindex, nofollow' }),
      h('title', null, titleOf(page)),
      h('style', { dangerouslySetInnerHTML: { __html: pageStyle } }),
    ),
    h(
      'body',
      null,
      h('a', { className: 'skip', href: '#content' }, words[language].skip),
      h('header', null, h('p', null, owner ?? 'Tact'), switchOf(page)),
      h(
        'main',
        { id: 'content' },
        errors.length === 0 ? null : h(ErrorSummary, { language, errors }),
        h('h1', null, title),
        body,
      ),
      footer === undefined ? null : h('footer', null, footer),
    ),
  );
};
