export { createElement as h, Fragment, type ReactNode } from 'react';
export * from './fields.ts';
export * from './language.ts';
export type { PageContent } from './layout.ts';
export { pagePolicy } from './look.ts';
export * from './parts.ts';
export { renderPage } from './render.ts';
export { problemPage } from './problem-page.ts';
