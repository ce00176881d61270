import { createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { composeMail } from './compose.ts';
import type { Mail } from './mail.ts';
import { messageIdOf } from './message-id.ts';

const from = 'tact@example.com';
const mail: Mail = {
  to: 'operator@example.org',
  messageId: messageIdOf('row-1', from),
  document: {
    language: 'en',
    subject: 'Alert: keys set aside',
    blocks: [{ kind: 'paragraph', text: 'Look at them.' }],
    footer: 'Set by ALERT_MAIL_TO.',
  },
};
const textOf = async (one: Mail, more = {}): Promise<string> =>
  (await composeMail(one, { from, ...more })).toString('utf8');
/** Header lines, folded ones joined. */
const headersOf = (text: string): string[] =>
  (text.split('\r\n\r\n')[0] ?? '').replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');

test('a mail has a text, an HTML, and the id it was given', async () => {
  const text = await textOf(mail);
  const headers = headersOf(text);
  expect(headers).toContain(`Message-ID: ${mail.messageId}`);
  expect(headers).toContain('Content-Language: en');
  expect(headers).toContain('Auto-Submitted: auto-generated');
  expect(headers.join('\n')).not.toMatch(/^List-Unsubscribe/m);
  expect(text).toMatch(/Content-Type: text\/plain[\s\S]+Content-Type: text\/html/);
});

describe('a sender', () => {
  const headersFrom = async (name: string, replyTo?: string) => {
    const sender = { name, ...(replyTo === undefined ? {} : { replyTo }) };
    const headers = headersOf(await textOf({ ...mail, sender }));
    return headers.filter((line) => /^(From|Reply-To|Sender):/i.test(line));
  };

  test('is named beside the address that mails come from, and hears the answers', async () => {
    expect(await headersFrom('Librairie', 'hello@example.org')).toEqual([
      'From: Librairie <tact@example.com>',
      'Reply-To: hello@example.org',
    ]);
    expect(await headersFrom('Librairie')).toHaveLength(1);
  });

  test.each([
    ['Smith, Sons & Co', 'From: "Smith, Sons & Co" <tact@example.com>'],
    ['a@bank.example', 'From: "a@bank.example" <tact@example.com>'],
    ['O"Hara <x@example.org>', 'From: "O\\"Hara <x@example.org>" <tact@example.com>'],
    ['Maison Zélie', 'From: =?UTF-8?Q?Maison_Z=C3=A9lie?= <tact@example.com>'],
  ])('%s is quoted or encoded as its letters need', async (name, header) => {
    expect(await headersFrom(name)).toEqual([header]);
  });
});

test('the id follows from what the caller knows the mail by', () => {
  expect(messageIdOf('row-1', from)).toBe(mail.messageId);
  expect(messageIdOf('row-2', from)).not.toBe(mail.messageId);
  expect(mail.messageId).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
});

test('one click unsubscribes when the mail asks for it (RFC 8058)', async () => {
  const url = 'https://tact.example/u/opaque';
  const headers = headersOf(await textOf({ ...mail, unsubscribe: { url } }));
  expect(headers).toContain(`List-Unsubscribe: <${url}>`);
  expect(headers).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
});

test('a key signs the mail, the unsubscription with it', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const dkim = { domainName: 'example.com', keySelector: 'tact1', privateKey: pem };
  const unsubscribe = { url: 'https://tact.example/u/opaque' };
  const text = await textOf({ ...mail, unsubscribe }, { dkim });
  const head = text.slice(0, text.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
  const lines = head.split('\r\n');
  const signature = lines.find((line) => line.startsWith('DKIM-Signature:')) ?? '';
  const tagOf = (name: string) =>
    (new RegExp(`\\b${name}=([^;]+)`).exec(signature)?.[1] ?? '').replaceAll(' ', '');
  expect([tagOf('d'), tagOf('s'), tagOf('a')]).toEqual(['example.com', 'tact1', 'rsa-sha256']);
  const signed = tagOf('h').toLowerCase().split(':');
  expect(signed).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post']));
  // Relaxed canonical form of RFC 6376, 3.4.2, worked out here by itself.
  const relaxed = (line: string) => {
    const [name = '', ...rest] = line.split(':');
    return `${name.toLowerCase().trim()}:${rest.join(':').replaceAll(/\s+/g, ' ').trim()}`;
  };
  const input = [
    ...signed.map((name) => {
      const line = lines.findLast((one) => one.toLowerCase().startsWith(`${name}:`)) ?? '';
      return `${relaxed(line)}\r\n`;
    }),
    relaxed(signature).replace(/\bb=[^;]*$/, 'b='),
  ].join('');
  const verifies = createVerify('RSA-SHA256')
    .update(input)
    .verify(
      createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
      tagOf('b'),
      'base64',
    );
  expect(verifies).toBe(true);
});

describe('no text begins a header of its own', () => {
  const { document } = mail;
  test.each<[string, Mail]>([
    ['a recipient', { ...mail, to: 'a@example.org\r\nBcc: b@example.org' }],
    ['two recipients', { ...mail, to: 'a@example.org, b@example.org' }],
    ['a route', { ...mail, to: 'a<b@example.org>' }],
    ['a subject', { ...mail, document: { ...document, subject: 'x\r\nBcc: b@example.org' } }],
    ['a line separator', { ...mail, document: { ...document, subject: 'x\u2028y' } }],
    ['a name', { ...mail, sender: { name: 'x\r\nBcc: b@example.org' } }],
    ['a name that is turned round', { ...mail, sender: { name: 'x\u202ey' } }],
    ['a name that is not seen', { ...mail, sender: { name: '\u200b' } }],
    ['a name of nothing', { ...mail, sender: { name: ' ' } }],
    ['a name without end', { ...mail, sender: { name: 'x'.repeat(121) } }],
    ['a name in disguise', { ...mail, sender: { name: '=?utf-8?B?QmFuaw==?=' } }],
    ['an answer', { ...mail, sender: { name: 'x', replyTo: 'a@example.org\r\nBcc: b@c.de' } }],
    ['two answers', { ...mail, sender: { name: 'x', replyTo: 'a@example.org, b@c.de' } }],
    ['an id', { ...mail, messageId: '<a@b>\r\nBcc: c@example.org' }],
    ['an address in clear', { ...mail, unsubscribe: { url: 'http://tact.example/u' } }],
    ['an address', { ...mail, unsubscribe: { url: 'https://tact.example/u>\r\nBcc: x' } }],
  ])('%s', async (_name, one) => {
    await expect(composeMail(one, { from })).rejects.toThrow();
  });
});
