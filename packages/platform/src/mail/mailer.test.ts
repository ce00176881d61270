import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createLog } from '../observability/logger.ts';
import { Metrics } from '../observability/metrics.ts';
import type { MailSettings } from './mail-settings.ts';
import { Mailer } from './mailer.ts';

const person = 'operator@example.org';

type Script = {
  readonly greeting?: string;
  readonly ehlo?: string;
  readonly recipient?: string;
  readonly data?: string;
  readonly end?: string;
  /** Ends the connection: before anything, at the command, in the middle of the text, after the whole text. */
  readonly cutAt?: 'greeting' | 'DATA' | 'text' | 'dot';
  /** Says nothing more from there on. */
  readonly muteAt?: 'dot';
};

const open: Server[] = [];
afterEach(() => Promise.all(open.splice(0).map((one) => new Promise((done) => one.close(done)))));

const answer = (socket: Socket, script: Script, state: { isText: boolean; mails: string[] }) => {
  let text = '';
  const say = (line: string) => socket.write(`${line}\r\n`);
  socket.on('error', () => undefined);
  if (script.cutAt === 'greeting') return socket.destroy();
  say(script.greeting ?? '220 mail.example ESMTP');
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    if (state.isText) {
      if (script.cutAt === 'text') return socket.destroy();
      if (!text.includes('\r\n.\r\n')) return;
      state.mails.push(text.slice(0, text.indexOf('\r\n.\r\n')));
      text = '';
      state.isText = false;
      if (script.cutAt === 'dot') return socket.destroy();
      if (script.muteAt !== 'dot') say(script.end ?? '250 2.0.0 taken');
      return;
    }
    for (let at = text.indexOf('\r\n'); at >= 0 && !state.isText; at = text.indexOf('\r\n')) {
      const line = text.slice(0, at);
      text = text.slice(at + 2);
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') say(script.ehlo ?? '250 mail.example');
      else if (verb === 'RCPT') say(script.recipient ?? '250 ok');
      else if (verb === 'DATA') {
        if (script.cutAt === 'DATA') return socket.destroy();
        say(script.data ?? '354 go on');
        state.isText = !script.data?.startsWith('4');
      } else if (verb === 'QUIT') socket.end('221 bye\r\n');
      else say('250 ok');
    }
  });
};

/** A server that follows a script, and what came of one mail sent to it. */
const attempt = async (script: Script, settings: Partial<MailSettings> = {}) => {
  const state = { isText: false, mails: [] as string[] };
  const server = createServer((socket) => void answer(socket, script, state));
  open.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  let lines = '';
  const metrics = new Metrics('things', { process: false });
  const log = createLog({
    service: 'things',
    level: 'debug',
    destination: { write: (line: string) => void (lines += line) },
  });
  const limits = { connectMsMax: 2_000, silenceMsMax: 300 };
  const mailer = Mailer.of(
    {
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      SMTP_TLS: 'required',
      MAIL_FROM: 'tact@example.com',
      ALERT_MAIL_LANGUAGE: 'en',
      ...settings,
    },
    { log, metrics, limits },
  );
  const reported = await mailer?.send({
    idempotencyId: 'row-1',
    to: person,
    document: { language: 'en', subject: 'Hello', blocks: [], footer: 'Bye' },
  });
  return { reported, mails: state.mails, lines, metrics: (await metrics.print()).text };
};

test('a mail that the server takes is sent, once; nobody is named in the log', async () => {
  const { reported, mails, lines, metrics } = await attempt({});
  expect(reported).toEqual({ outcome: 'sent' });
  expect(mails).toHaveLength(1);
  expect(mails[0]).toContain(`To: ${person}`);
  expect(lines).toContain('"msg":"mail sent"');
  expect(lines).not.toContain(person);
  expect(metrics).toMatch(/tact_mails_total\{outcome="sent",service="things"\} 1/);
});

describe('what the server says decides', () => {
  test.each<[string, Script, object]>([
    [
      'an unknown recipient',
      { recipient: '550 5.1.1 no such user operator@example.org' },
      { outcome: 'refused', why: 'recipient', replyCode: 550 },
    ],
    ['a full mailbox', { recipient: '452 4.2.2 full' }, { outcome: 'deferred', why: 'recipient' }],
    [
      'a text it does not like',
      { end: '554 5.7.1 spam' },
      { outcome: 'refused', why: 'content', replyCode: 554 },
    ],
    ['a text it puts off', { end: '451 4.3.0 later' }, { outcome: 'deferred', why: 'content' }],
    ['no text now', { data: '451 4.3.0 later' }, { outcome: 'deferred', why: 'content' }],
    ['a busy server', { greeting: '421 busy' }, { outcome: 'deferred', why: 'no-connection' }],
  ])('%s', async (_name, script, expected) => {
    const { reported, lines } = await attempt(script);
    expect(reported).toMatchObject(expected);
    expect(lines).not.toContain(person);
  });
});

describe('a connection that is lost', () => {
  test.each<[NonNullable<Script['cutAt']>, string]>([
    ['greeting', 'deferred'],
    ['DATA', 'deferred'],
    ['text', 'unknown'],
    ['dot', 'unknown'],
  ])('at %s: %s', async (cutAt, outcome) => {
    expect((await attempt({ cutAt })).reported).toMatchObject({ outcome });
  });

  test('or a server that falls silent after the text: unknown', async () => {
    const { reported, mails } = await attempt({ muteAt: 'dot' });
    expect([reported, mails.length]).toEqual([{ outcome: 'unknown' }, 1]);
  });

  test('or nobody listens: deferred', async () => {
    const { reported } = await attempt({}, { SMTP_URL: 'smtp://127.0.0.1:9' });
    expect(reported).toEqual({ outcome: 'deferred', why: 'no-connection' });
  });
});

test('without a server in the settings there is no mailer', () => {
  const parts = {
    log: createLog({ service: 'things', level: 'silent' }),
    metrics: new Metrics('things', { process: false }),
  };
  expect(Mailer.of({ SMTP_TLS: 'required', ALERT_MAIL_LANGUAGE: 'en' }, parts)).toBeUndefined();
});
