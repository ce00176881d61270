import { expect, test } from '@jest/globals';
import type { MailDocument } from './template.ts';
import { renderMail } from './template.ts';

const document: MailDocument = {
  language: 'fr',
  subject: 'Alerte <b>& "co"',
  blocks: [
    { kind: 'paragraph', text: '<script>alert(1)</script>' },
    { kind: 'facts', rows: [['Depuis', "l'aube & <i>"]] },
    { kind: 'link', label: 'Voir', url: 'https://tact.example/v1/alerts?a=1&b="2"' },
  ],
  footer: 'Réglage ALERT_MAIL_TO',
};

test('one document gives a text and an HTML, in which nothing given is markup', () => {
  const { text, html } = renderMail(document);
  expect(text).toContain("Depuis : l'aube & <i>");
  expect(text).toContain('Voir :\nhttps://tact.example/v1/alerts?a=1&b="2"');
  expect(text).toMatch(/\n\n-- \nRéglage ALERT_MAIL_TO\n$/);
  expect(html).toContain('<html lang="fr">');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(html).toContain('<td>l&#39;aube &amp; &lt;i&gt;</td>');
  expect(html).toContain('href="https://tact.example/v1/alerts?a=1&amp;b=&quot;2&quot;"');
  expect(html).not.toMatch(/<script|<b>|<i>/);
});

test('a link that is no page is refused', () => {
  const blocks = [{ kind: 'link', label: 'x', url: 'javascript:alert(1)' }] as const;
  expect(() => renderMail({ ...document, blocks })).toThrow('a mail links to HTTP only');
});
