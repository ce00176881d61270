import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  CreatedApiKey,
  LoginLink,
  OpenedSession,
  SignedToken,
  StaffView,
  DAY_MS,
} from '@tact/contracts';
import { ApiKeys, Clock, type RunningService } from '@tact/platform';
import { startMailTaker } from '../../../../packages/testing/src/mail-taker.ts';
import { bootCompliance, type ComplianceUnderTest } from '../testing/boot-compliance.ts';

const origin = 'https://tact.example';
let stage: ComplianceUnderTest;
let service: RunningService;
let smtp: Awaited<ReturnType<typeof startMailTaker>>;
let own: string;

beforeAll(async () => {
  smtp = await startMailTaker();
  stage = await bootCompliance({
    environment: {
      TACT_PUBLIC_ORIGIN: origin,
      SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      MAIL_FROM: 'tact@example.org',
    },
  });
  ({ service } = stage);
  const first = {
    tenantId: 'acme',
    scopes: ['admin' as const, 'operator' as const],
    label: 'first',
  };
  own = (await service.app.get(ApiKeys).create(first)).key;
}, 60_000);
afterAll(async () => {
  await stage?.stop();
  await smtp?.close();
});

const call = async (method: 'POST' | 'DELETE', url: string, payload?: object, bearer = own) => {
  const answer = await service.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${bearer}` },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.json<unknown>() };
};
const add = async (more: object) => {
  const person = { name: 'Inès Martin', roles: ['agent'], language: 'fr', ...more };
  return StaffView.parse((await call('POST', '/v1/staff', person)).body);
};
/** Quoted-printable, as far as a link and a sentence need it. */
const decoded = (mail: string): string =>
  Buffer.from(
    mail
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
/** The last mail to an address, once it has left. */
const mailTo = async (address: string, count = 1): Promise<string> => {
  for (;;) {
    const mails = smtp.mails.filter((mail) => mail.includes(`To: ${address}`));
    if (mails.length >= count) return decoded(mails.at(-1) ?? '');
    await new Promise((resolve) => setImmediate(resolve));
  }
};
const codeIn = (mail: string): string => /\/console#login=([\w-]{43})/.exec(mail)?.[1] ?? '';
const open = (code: string) => call('POST', '/v1/sessions', { code });

test('whoever is added is invited in their language, by a link that signs in once', async () => {
  await add({ email: 'ines@example.org' });
  const mail = await mailTo('ines@example.org');
  expect(mail).toContain('Bonjour Inès Martin,');
  expect(mail).toContain(`${origin}/console#login=`);
  expect((await open(codeIn(mail))).status).toBe(201);
  expect((await open(codeIn(mail))).status).toBe(401);
  await add({ email: 'kim@example.org', name: 'Kim Lee', language: 'en' });
  expect(await mailTo('kim@example.org')).toContain('Hello Kim Lee,');
});

test('an invitation opens for a day', async () => {
  await add({ email: 'late@example.org' });
  const code = codeIn(await mailTo('late@example.org'));
  const clock = service.app.get(Clock);
  clock.moveTo(clock.advancedMs + DAY_MS);
  expect((await open(code)).status).toBe(401);
});

test('a link that an administrator asks for another is shown to the other alone, by mail', async () => {
  const admin = await add({ email: 'boss@example.org', roles: ['admin'] });
  const agent = await add({ email: 'agent@example.org' });
  await mailTo('agent@example.org');
  const asked = { label: 'own', scopes: ['staff:write'], actor: admin.staffId };
  const { key } = CreatedApiKey.parse((await call('POST', '/v1/api-keys', asked)).body);
  const answer = await call('POST', '/v1/login-links', { staffId: agent.staffId }, key);
  expect(answer.status).toBe(201);
  const { code, url, staffId } = LoginLink.parse(answer.body);
  expect([code, url, staffId]).toEqual([undefined, undefined, agent.staffId]);
  const mail = await mailTo('agent@example.org', 2);
  const opened = OpenedSession.parse((await open(codeIn(mail))).body);
  expect(opened.staffId).toBe(agent.staffId);
  const signed = await call('POST', '/v1/sessions/current/tokens', undefined, opened.sessionToken);
  expect(SignedToken.parse(signed.body).staffId).toBe(agent.staffId);
});

test('a name is one line of a mail, whatever it holds', async () => {
  const name = '"Bcc: all@example.org" <x@example.org>, =?utf-8?q?=0D=0ABcc:_y?=';
  await add({ email: 'odd@example.org', name });
  await mailTo('odd@example.org');
  const raw = smtp.mails.find((mail) => mail.includes('To: odd@example.org')) ?? '';
  const [head = ''] = raw.split(/\r?\n\r?\n/);
  expect(head).not.toMatch(/^bcc:/im);
  expect(head.match(/^to:.*$/gim)).toEqual(['To: odd@example.org']);
});
