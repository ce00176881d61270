import { createElement as h } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Layout, type PageContent } from './layout.ts';
import type { PageLanguage } from './language.ts';

/** The same address in another language; all else of it stays. */
const hrefOf = (url: string) => (language: PageLanguage) => {
  const { pathname, searchParams } = new URL(url, 'http://page');
  searchParams.set('lang', language);
  return `${pathname}?${searchParams.toString()}`;
};

/** The HTML of a page. `url` is the path and query it is shown at. */
export const renderPage = (content: PageContent, url: string): string =>
  `<!doctype html>${renderToStaticMarkup(h(Layout, { ...content, hrefIn: hrefOf(url) }))}`;
