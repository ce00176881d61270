export const mailLanguages = ['en', 'fr'] as const;
export type MailLanguage = (typeof mailLanguages)[number];

export type MailBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: 'link'; readonly label: string; readonly url: string };

/** What a mail says, before it has a form. All of it is plain text: markup in it is shown, never followed. */
export type MailDocument = {
  readonly language: MailLanguage;
  readonly subject: string;
  readonly blocks: readonly MailBlock[];
  /** Why the reader gets this, and how to end it. */
  readonly footer: string;
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? '');

/** Only what a reader may be sent to; anything else is a defect of the caller. */
const linkOf = (url: string): string => {
  const { protocol } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error('a mail links to HTTP only');
  return url;
};

const colon: Record<MailLanguage, string> = { en: ':', fr: ' :' };

const textOfBlock = (block: MailBlock, language: MailLanguage): string => {
  switch (block.kind) {
    case 'paragraph':
      return block.text;
    case 'facts':
      return block.rows.map(([label, value]) => `${label}${colon[language]} ${value}`).join('\n');
    case 'link':
      return `${block.label}${colon[language]}\n${linkOf(block.url)}`;
  }
};

const htmlOfBlock = (block: MailBlock): string => {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${escaped(block.text)}</p>`;
    case 'facts': {
      const rows = block.rows.map(
        ([label, value]) =>
          `<tr><th scope="row" align="left">${escaped(label)}</th><td>${escaped(value)}</td></tr>`,
      );
      return `<table cellpadding="4">${rows.join('')}</table>`;
    }
    case 'link':
      return `<p><a href="${escaped(linkOf(block.url))}">${escaped(block.label)}</a></p>`;
  }
};

/** The two forms of one document, for readers with and without HTML. */
export const renderMail = (
  document: MailDocument,
): { readonly text: string; readonly html: string } => {
  const { language, subject, blocks, footer } = document;
  const text = [
    subject,
    ...blocks.map((block) => textOfBlock(block, language)),
    `-- \n${footer}\n`,
  ].join('\n\n');
  const body = blocks.map(htmlOfBlock).join('\n');
  const html = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="font-family:sans-serif;max-width:40em">
<h1 style="font-size:1.2em">${escaped(subject)}</h1>
${body}
<hr><p style="color:#555;font-size:.9em">${escaped(footer)}</p>
</body></html>`;
  return { text, html };
};
