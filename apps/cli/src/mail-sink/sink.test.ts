import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DevMail, DevMailList } from '@tact/contracts';
import { Mailbox } from './mailbox.ts';
import { servePages, type Pages } from './http.ts';
import { MAIL_BYTES_MAX, listenForMail, type Smtp } from './smtp.ts';

const mailbox = new Mailbox();
let smtp: Smtp;
let pages: Pages;

beforeAll(async () => {
  smtp = await listenForMail(mailbox, 0);
  pages = await servePages(mailbox);
});
afterAll(() => Promise.all([smtp?.close(), pages?.close()]));

const recipients = ['someone@example.org', 'hidden@example.org'];

/** Speaks SMTP by hand: every command after the reply to the one before. Gives the last reply. */
const send = (lines: readonly string[], to: readonly string[] = recipients): Promise<string> =>
  new Promise((resolve, reject) => {
    const said = [
      'EHLO here',
      'MAIL FROM:<tact@example.com>',
      ...to.map((one) => `RCPT TO:<${one}>`),
      'DATA',
      `${lines.join('\r\n')}\r\n.`,
      'QUIT',
    ];
    const replies: string[] = [];
    const socket = connect(smtp.port, '127.0.0.1');
    let text = '';
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      // The last line of a reply has a space behind its code.
      for (let found = /^\d{3} .*\r\n/m.exec(text); found; found = /^\d{3} .*\r\n/m.exec(text)) {
        text = text.slice(found.index + found[0].length);
        replies.push(found[0].trim());
        const next = said.shift();
        if (next !== undefined) socket.write(`${next}\r\n`);
      }
    });
    socket.on('close', () => resolve(replies.at(-2) ?? ''));
  });

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((done, fail) => {
    request(`${pages.origin}${path}`, { headers, method }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    })
      .on('error', fail)
      .end();
  });

const hostile = [
  'From: Tact <tact@example.com>',
  'To: someone@example.org',
  'Message-ID: <m1@example.com>',
  'Subject: =?utf-8?q?=3Cb=3Ehello=3C/b=3E?=',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary=x',
  '',
  '--x',
  'Content-Type: text/plain',
  '',
  '<script>text</script>',
  '--x',
  'Content-Type: text/html',
  '',
  '<script>html</script><img src=https://elsewhere.example/x>',
  '--x--',
];

test('a mail that is sent is there for programs and for people', async () => {
  expect(await send(hostile)).toMatch(/^250 .*delivered to nobody/);
  const list = DevMailList.parse(JSON.parse((await get('/dev/mail.json')).text));
  expect(list.items).toMatchObject([
    { id: '1', subject: '<b>hello</b>', to: recipients, text: '<script>text</script>' },
  ]);
  const byAccept = await get('/dev/mail', { accept: 'application/json' });
  expect(DevMailList.parse(JSON.parse(byAccept.text))).toEqual(list);
  const mail = DevMail.parse(JSON.parse((await get('/dev/mail/1.json')).text));
  expect(mail).toMatchObject({ messageId: '<m1@example.com>', from: 'tact@example.com' });
  expect(mail.html).toContain('<script>html</script>');
  expect(mail.headers).toContainEqual({ name: 'To', value: 'someone@example.org' });
});

test('nothing of a mail is markup of our pages, and its own HTML runs and loads nothing', async () => {
  const [list, one, html] = await Promise.all(
    ['/dev/mail', '/dev/mail/1', '/dev/mail/1/html'].map((path) => get(path)),
  );
  expect(list?.text).toContain('&lt;b&gt;hello&lt;/b&gt;');
  expect(one?.text).toContain('&lt;script&gt;text&lt;/script&gt;');
  expect(one?.text).toContain('<iframe sandbox ');
  expect(`${list?.text}${one?.text}`).not.toMatch(/<script|<b>/);
  for (const page of [list, one]) {
    expect(page?.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(page?.headers['x-frame-options']).toBe('DENY');
  }
  expect(html?.text).toContain('<script>html</script>');
  const policy = String(html?.headers['content-security-policy']);
  expect(policy).toMatch(/default-src 'none'.*; img-src data:; sandbox;/);
  expect(policy).not.toContain('script-src');
});

test('only who calls this machine by its own name is answered, and only questions are', async () => {
  expect((await get('/dev/mail', { host: 'rebound.example' })).status).toBe(404);
  expect((await get('/dev/mail', { host: 'localhost:8080' })).status).toBe(200);
  expect((await get('/dev/mail', {}, 'POST')).status).toBe(405);
  for (const path of ['/dev/mail/99', '/dev/mail/1/raw', '/dev', '/dev/mail/']) {
    expect((await get(path)).status).toBe(404);
  }
});

test('a mail that is too large is refused, and not kept', async () => {
  const line = 'x'.repeat(70);
  const lines = Array.from({ length: Math.ceil(MAIL_BYTES_MAX / 70) }, () => line);
  expect(await send(['Subject: long', '', ...lines])).toMatch(/^552 /);
  expect(mailbox.list()).toHaveLength(1);
});
