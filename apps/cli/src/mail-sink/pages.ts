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

const style = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc;vertical-align:top}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f4f4;padding:1rem}
iframe{width:100%;height:30rem;border:1px solid #888}td{overflow-wrap:anywhere}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Of our own pages: no script, no other source, one style that is known by its hash; the mail stands in a frame. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Of a mail's own HTML: it is looked at, and reaches nobody. `sandbox` takes its origin away, also outside the frame. */
export const mailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${style}</style></head>
<body>${body}</body></html>
`;

/** Every mail that waits to be looked at. */
export const listPage = ({ items, dropped }: DevMailList): string => {
  const rows = items.map(
    ({ id, at, to, subject }) => `<tr><td><time>${escaped(at)}</time></td>
<td>${escaped(to.join(', '))}</td><td><a href="/dev/mail/${id}">${escaped(subject || '(no subject)')}</a></td></tr>`,
  );
  const table =
    items.length === 0
      ? '<p>No mail yet. <code>npm run tact -- mail test you@example.org</code> sends one.</p>'
      : `<table><thead><tr><th scope="col">received</th><th scope="col">to</th><th scope="col">subject</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
  return page(
    'Mails of this platform',
    `<h1>Mails of this platform</h1>
<p>They were delivered to nobody. They lie in memory for a day at most and are gone when the platform stops${
      dropped === 0 ? '' : `; ${dropped} older ones are gone already`
    }. <a href="/dev/mail.json">As JSON</a></p>${table}`,
  );
};

/** One mail: its headers, its text, and its HTML in a frame without any rights. */
export const mailPage = (mail: DevMail): string => {
  const { id, subject, headers, text, html, attachments } = mail;
  const lines = headers.map(
    ({ name, value }) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`,
  );
  const files = attachments.map(
    ({ name, type, bytes }) => `<li>${escaped(name)} (${escaped(type)}, ${bytes} bytes)</li>`,
  );
  return page(
    subject || 'Mail',
    `<p><a href="/dev/mail">All mails</a> · <a href="/dev/mail/${id}.json">As JSON</a></p>
<h1>${escaped(subject || '(no subject)')}</h1>
<table><tbody>${lines.join('\n')}</tbody></table>
<h2>Text</h2><pre>${escaped(text ?? '(none)')}</pre>
${html === undefined ? '' : `<h2>HTML</h2><iframe sandbox title="HTML of the mail" src="/dev/mail/${id}/html"></iframe>`}
${files.length === 0 ? '' : `<h2>Attachments</h2><ul>${files.join('')}</ul>`}`,
  );
};
