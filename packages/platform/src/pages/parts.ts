import { createElement as h, type ReactElement, type ReactNode } from 'react';
import type { PageLanguage } from './language.ts';

export type NoticeProps = {
  readonly kind?: 'information' | 'done' | 'warning';
  readonly title?: string;
  readonly children?: ReactNode;
};

const classOf = { information: 'notice', done: 'notice done', warning: 'notice warning' } as const;

/** What a reader must not miss. */
export const Notice = ({ kind = 'information', title, children }: NoticeProps): ReactElement =>
  h(
    'div',
    { className: classOf[kind] },
    title === undefined ? null : h('h2', null, title),
    children,
  );

/** Names and what stands behind each. */
export const Facts = ({
  rows,
}: {
  readonly rows: readonly (readonly [name: string, value: ReactNode])[];
}): ReactElement =>
  h(
    'dl',
    { className: 'facts' },
    ...rows.flatMap(([name, value]) => [
      h('dt', { key: `${name} name` }, name),
      h('dd', { key: name }, value),
    ]),
  );

/** A text as it was written, word by word and line by line, in its own language: what somebody agrees to, say. */
export const Quoted = ({
  text,
  language,
}: {
  readonly text: string;
  readonly language: PageLanguage;
}): ReactElement => h('blockquote', { lang: language }, text);

/** Links, each with a sentence on where it leads. */
export const LinkList = ({
  links,
}: {
  readonly links: readonly {
    readonly href: string;
    readonly label: string;
    readonly why: string;
  }[];
}): ReactElement =>
  h(
    'ul',
    { className: 'plain' },
    ...links.map(({ href, label, why }) =>
      h('li', { key: href }, h('a', { href }, label), h('br'), why),
    ),
  );
