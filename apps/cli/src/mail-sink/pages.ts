import { createHash } from 'node:crypto';
import type { DevMail, DevMailList } from '@tact/contracts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? '');

const style = `:root{color-scheme:light dark}
html{background:light-dark(#fff,#14171c);color:light-dark(#1b1f24,#e8eaed)}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:16px;overflow-wrap:anywhere}
h1{font-size:26px;line-height:1.25}h2{font-size:20px}a{display:inline-block;min-height:24px;color:light-dark(#0b57d0,#8ab4f8)}
dl,ul{margin:0;padding:0;list-style:none}li,dl>div{border-top:1px solid #7f8893;padding:8px 0}dt{font-weight:600}dd{margin:0}
pre{white-space:pre-wrap;border-left:4px solid #7f8893;padding:0 16px;font-size:16px}
iframe{width:100%;height:24rem;border:1px solid #7f8893;background:#fff;color-scheme:light}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Of our own pages: no script, no other source, one style that is known by its hash; the mail stands in a frame. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Of a mail's own HTML: it is looked at, and reaches nobody. `sandbox` takes its origin away, also outside the frame. */
export const mailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

export type Language = 'en' | 'fr';

/** English, unless a browser asks for French first. */
export const languageOf = (accepted = ''): Language => (/^\s*fr\b/i.test(accepted) ? 'fr' : 'en');

const words: Record<
  Language,
  Record<
    | 'title'
    | 'all'
    | 'json'
    | 'none'
    | 'subject'
    | 'text'
    | 'html'
    | 'links'
    | 'headers'
    | 'files'
    | 'kept',
    string
  >
> = {
  en: {
    title: 'Mails of this platform',
    all: 'All mails',
    json: 'As JSON',
    none: 'No mail yet.',
    subject: '(no subject)',
    text: 'Text',
    html: 'HTML of the mail',
    links: 'Links in it',
    headers: 'Headers',
    files: 'Attachments',
    kept: 'They were delivered to nobody. They lie in memory for a day at most and are gone when the platform stops.',
  },
  fr: {
    title: 'Messages de cette plateforme',
    all: 'Tous les messages',
    json: 'En JSON',
    none: 'Aucun message pour l’instant.',
    subject: '(sans objet)',
    text: 'Texte',
    html: 'HTML du message',
    links: 'Liens qu’il contient',
    headers: 'En-têtes',
    files: 'Pièces jointes',
    kept: 'Ils n’ont été remis à personne. Ils restent en mémoire un jour au plus et disparaissent à l’arrêt de la plateforme.',
  },
};

const page = (language: Language, title: string, body: string): string => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${style}</style></head>
<body><main><h1>${escaped(title)}</h1>
${body}</main></body></html>
`;

const anchor = (href: string, text: string): string =>
  `<a href="${escaped(href)}">${escaped(text)}</a>`;

/** Every mail that waits to be looked at. */
export const listPage = ({ items, dropped }: DevMailList, language: Language): string => {
  const { title, kept, json, none, subject: nameless } = words[language];
  const rows = items.map(
    ({ id, at, to, subject }) =>
      `<li>${anchor(`/dev/mail/${id}`, subject || nameless)}<br><time>${escaped(at)}</time> · ${escaped(to.join(', '))}</li>`,
  );
  const list =
    items.length === 0
      ? `<p>${none} <code>npm run tact -- mail test you@example.org</code></p>`
      : `<ul>${rows.join('\n')}</ul>`;
  const gone = dropped === 0 ? '' : ` (+${dropped})`;
  return page(language, title, `<p>${kept}${gone} ${anchor('/dev/mail.json', json)}</p>${list}`);
};

/** What the frame does not let anybody follow. */
const linksIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/https?:\/\/[^\s<>"']+/g)].map(([url]) => url)),
];

const section = (title: string, body: string): string =>
  body === '' ? '' : `<h2>${title}</h2>${body}`;

/** One mail: where it leads, its HTML in a frame without any rights, its text, its headers. */
export const mailPage = (mail: DevMail, language: Language): string => {
  const { id, at, from, to, subject, headers, text = '', html, attachments } = mail;
  const said = words[language];
  const lines = headers.map(
    ({ name, value }) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`,
  );
  const links = linksIn(text).map((url) => `<li>${anchor(url, url)}</li>`);
  const files = attachments.map(
    ({ name, type, bytes }) => `<li>${escaped(name)} (${escaped(type)}, ${bytes} B)</li>`,
  );
  const frame = `<iframe sandbox title="${said.html}" src="/dev/mail/${id}/html"></iframe>`;
  return page(
    language,
    subject || said.subject,
    `<p>${anchor('/dev/mail', said.all)} · ${anchor(`/dev/mail/${id}.json`, said.json)}</p>
<p>${escaped(from)} → ${escaped(to.join(', '))} · <time>${escaped(at)}</time></p>
${section(said.links, links.length === 0 ? '' : `<ul>${links.join('')}</ul>`)}
${section(said.html, html === undefined ? '' : frame)}
${section(said.text, `<pre>${escaped(text)}</pre>`)}
${section(said.headers, `<dl>${lines.join('\n')}</dl>`)}
${section(said.files, files.length === 0 ? '' : `<ul>${files.join('')}</ul>`)}`,
  );
};
