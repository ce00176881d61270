import { afterEach, describe, expect, test } from '@jest/globals';
import { createLog } from '../observability/logger.ts';
import { Metrics } from '../observability/metrics.ts';
import type { MailSettings } from './mail-settings.ts';
import { Mailer } from './mailer.ts';
import { type Script, scriptedSmtp } from './testing/scripted-smtp.ts';

const person = 'operator@example.org';

const open: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));

/** A server that follows a script, and what came of one mail sent to it. */
const attempt = async (
  script: Script,
  settings: Partial<MailSettings> = {},
  mayBeHandedOver?: () => Promise<boolean>,
) => {
  const server = await scriptedSmtp(script);
  open.push(server);
  const { port, mails } = server;
  let lines = '';
  const metrics = new Metrics('things', { process: false });
  const log = createLog({
    service: 'things',
    level: 'debug',
    destination: { write: (line: string) => void (lines += line) },
  });
  const limits = { connectMsMax: 2_000, beforeTextMsMax: 250, silenceMsMax: 300 };
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
  const mail = {
    idempotencyId: 'row-1',
    to: person,
    document: { language: 'en', subject: 'Hello', blocks: [], footer: 'Bye' },
  } as const;
  const reported =
    mayBeHandedOver === undefined
      ? await mailer?.send(mail)
      : await mailer?.sendIf(mail, mayBeHandedOver);
  return { reported, mails, lines, metrics: (await metrics.print()).text };
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
      { end: '554 5.6.0 not understood' },
      { outcome: 'refused', why: 'content', replyCode: 554 },
    ],
    [
      'a relay that is not allowed',
      { recipient: '550 5.7.1 Relaying denied' },
      { outcome: 'deferred', why: 'policy' },
    ],
    [
      'a sender on a list',
      { recipient: '554-5.7.1 listed\r\n554 5.7.1 see there' },
      { outcome: 'deferred', why: 'policy' },
    ],
    ['a route', { recipient: '550 5.4.4 no host' }, { outcome: 'deferred', why: 'policy' }],
    ['its system', { recipient: '550 5.3.2 closed' }, { outcome: 'deferred', why: 'policy' }],
    ['its policy of texts', { end: '554 5.7.1 spam' }, { outcome: 'deferred', why: 'policy' }],
    [
      'a mailbox that is closed',
      { recipient: '550 5.2.1 closed' },
      { outcome: 'refused', why: 'recipient', replyCode: 550 },
    ],
    ['a goodbye behind the text', { end: '421 4.3.2 goodbye' }, { outcome: 'deferred' }],
    ['a goodbye in its place', { data: '421 4.3.2 goodbye' }, { outcome: 'deferred' }],
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

  test('or one that never asks for the text: deferred, when its time is over', async () => {
    const never = Promise.withResolvers<void>();
    const { reported, mails } = await attempt({ beforeText: () => never.promise });
    never.resolve();
    expect([reported, mails]).toEqual([{ outcome: 'deferred', why: 'no-connection' }, []]);
  });

  test('or nobody listens: deferred', async () => {
    const { reported } = await attempt({}, { SMTP_URL: 'smtp://127.0.0.1:9' });
    expect(reported).toEqual({ outcome: 'deferred', why: 'no-connection' });
  });
});

describe('asked while the server waits for the text', () => {
  test('no: the server gets nothing of it', async () => {
    const { reported, mails } = await attempt({}, {}, () => Promise.resolve(false));
    expect([reported, mails]).toEqual([{ outcome: 'withheld' }, []]);
  });

  test('nothing is asked where the server does not want it', async () => {
    let asked = 0;
    const ask = () => Promise.resolve((asked += 1) > 0);
    const { reported } = await attempt({ recipient: '550 no such user' }, {}, ask);
    expect([reported?.outcome, asked]).toEqual(['refused', 0]);
    expect((await attempt({}, {}, ask)).reported).toEqual({ outcome: 'sent' });
    expect(asked).toBe(1);
  });

  test('what the question fails with is the asker’s', async () => {
    const away = () => Promise.reject(new Error('the database is away'));
    await expect(attempt({}, {}, away)).rejects.toThrow('the database is away');
  });
});

test('without a server in the settings there is no mailer', () => {
  const parts = {
    log: createLog({ service: 'things', level: 'silent' }),
    metrics: new Metrics('things', { process: false }),
  };
  expect(Mailer.of({ SMTP_TLS: 'required', ALERT_MAIL_LANGUAGE: 'en' }, parts)).toBeUndefined();
});
