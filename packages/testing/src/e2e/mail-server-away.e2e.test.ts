import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DevClock, HOUR_MS } from '@tact/contracts';
import { startMailTaker } from '../mail-taker.ts';
import { eventually, RunningPlatform } from '../running-platform.ts';

/** A port that was a mail server's, and where nobody listens until it is back. */
const portOfServer = async (): Promise<number> => {
  const server = await startMailTaker();
  await server.close();
  return server.port;
};

let platform: RunningPlatform;
let port = 0;
let noticeId = '';

beforeAll(async () => {
  port = await portOfServer();
  const SMTP_URL = `smtp://127.0.0.1:${port}`;
  platform = new RunningPlatform([], { SMTP_URL, MAIL_FROM: 'tact@shop.example' });
  await platform.start();
  const text = 'J’accepte de recevoir les offres de la librairie sur WhatsApp.';
  const notice = { slug: 'offers', language: 'fr', text };
  noticeId = (await platform.call<{ noticeId: string }>('POST', '/v1/notices', notice)).body
    .noticeId;
}, 180_000);
afterAll(async () => {
  await platform?.stop();
  platform?.remove();
}, 60_000);

type Asked = { decision: string; reasons: { reason: string; text: string }[] };
const about = { purpose: 'marketing', channel: 'whatsapp' };

/** Somebody who was asked while nobody takes mails. */
const asked = async (email: string): Promise<string> => {
  const person = { identities: { email }, timeZone: 'Europe/Paris' };
  const { body } = await platform.call<{ contactId: string }>('POST', '/v1/contacts', person);
  const question = { contactId: body.contactId, ...about, noticeId };
  const answer = await eventually(
    () => platform.call<Asked>('POST', '/v1/consents/confirmations', question),
    ({ body: { decision, reasons } }) => {
      if (decision === 'allowed') return true;
      // Until outreach has heard of the person it refuses, and says what it waits for.
      for (const { reason, text } of reasons) {
        expect(['time-zone-unknown', 'address-unknown', 'policy-unknown']).toContain(reason);
        expect(text).not.toBe('');
      }
      return false;
    },
  );
  expect(answer.status).toBe(200);
  return body.contactId;
};

const advance = async (duration: string): Promise<DevClock> => {
  const answer = await fetch(`${platform.credentials.origin}/dev/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: duration }),
  });
  return DevClock.parse(await answer.json());
};

test('an hour without a mail server: what was asked leaves exactly once, and nothing to who withdrew', async () => {
  const people = ['one', 'two', 'left'].map((name) => `${name}@reader.example`);
  const ids: string[] = [];
  for (const email of people) ids.push(await asked(email));
  // As long as it is away it is tried again, and what waits is counted.
  for (let minutes = 0; minutes < 60; minutes += 10) await advance('PT10M');
  const listed = await eventually(
    () => platform.tact(['alerts']),
    ({ output }) => /mail-server-away +outreach +open +\S+ +3 /.test(output),
  );
  const [, since = ''] = /mail-server-away +outreach +open +(\S+)/.exec(listed.output) ?? [];
  const { now } = await advance('PT1M');
  expect(Date.parse(now) - Date.parse(since)).toBeGreaterThan(HOUR_MS - 60_000);
  expect((await platform.tact(['status'])).output).toContain('mail-server-away');
  const withdrawal = { contactId: ids[2], ...about, at: now };
  expect((await platform.call('POST', '/v1/consents/withdrawals', withdrawal)).status).toBe(201);

  const server = await startMailTaker(port);
  try {
    const to = (email: string) =>
      server.mails.filter((mail) => mail.includes(`To: ${email}\r\n`)).length;
    await advance('PT4H');
    await eventually(
      () => Promise.resolve(people.map(to)),
      ([one, two]) => one === 1 && two === 1,
    );
    await eventually(
      () => platform.tact(['alerts']),
      ({ output }) => !/mail-server-away +outreach +open/.test(output),
    );
    await advance('PT4H');
    // One that is asked now comes after all that could still come.
    await asked('last@reader.example');
    await eventually(
      () => Promise.resolve(to('last@reader.example')),
      (count) => count === 1,
    );
    expect(people.map(to)).toEqual([1, 1, 0]);
  } finally {
    await server.close();
  }
}, 240_000);
