import { describe, expect, test } from '@jest/globals';
import { AlertKind } from '@tact/contracts';
import { composeMail } from '../mail/compose.ts';
import { messageIdOf } from '../mail/message-id.ts';
import { mailLanguages, renderMail } from '../mail/template.ts';
import { alertDocument } from './alert-document.ts';

const alert = {
  ...({ kind: 'keys-parked', state: 'open', since: '2026-11-29T10:00:00.000Z', count: 3 } as const),
  what: 'Records were set aside.',
  todo: 'tact parked shows them.',
};

describe.each(mailLanguages)('in %s', (language) => {
  test.each(AlertKind.options)('%s is a mail of its own words', async (kind) => {
    const document = alertDocument({ alert: { ...alert, kind }, service: 'scoring', language });
    const { text } = renderMail(document);
    expect(text).toContain(kind);
    expect(text).toContain('2026-11-29T10:00:00.000Z');
    expect(text.includes(alert.what)).toBe(language === 'en');
    const mail = { to: 'operator@example.org', messageId: messageIdOf('1', 'a@b.example') };
    await composeMail({ ...mail, document }, { from: 'tact@example.com' });
  });
});

test('whose it is and where to look stand in it when they are known', () => {
  const { text, html } = renderMail(
    alertDocument({
      alert: { ...alert, kind: 'without-effect-grows', reason: 'contact-unknown' },
      service: 'ingestion',
      tenantId: 'demo',
      language: 'fr',
      origin: 'https://tact.example',
    }),
  );
  expect(text).toContain('Client : demo');
  expect(text).toContain('Lequel : contact-unknown');
  expect(html).toContain('href="https://tact.example/v1/alerts"');
});
