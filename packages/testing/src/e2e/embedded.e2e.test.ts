import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DAY_MS, DataRequestAccepted, DevClock, DevMail, DevMailList } from '@tact/contracts';
import { RunningPlatform, eventually } from '../running-platform.ts';
import { scratchFolder } from '../scratch.ts';

const platform = new RunningPlatform();

beforeAll(() => platform.start(), 180_000);
afterAll(async () => {
  await platform.stop();
  platform.remove();
}, 60_000);

const look = async (path: string): Promise<unknown> => {
  const answer = await fetch(`${platform.credentials.origin}${path}`);
  return answer.json();
};
const mails = async () => DevMailList.parse(await look('/dev/mail.json')).items;

test('a mail goes to the sink, where people, programs and the sweep see it', async () => {
  const sent = await platform.tact(['mail', 'test', 'ana@example.org', '--language', 'fr']);
  expect([sent.code, sent.output]).toEqual([0, expect.stringContaining('/dev/mail shows it')]);
  const [summary] = await mails();
  expect(summary?.to).toEqual(['ana@example.org']);
  const mail = DevMail.parse(await look(`/dev/mail/${summary?.id}.json`));
  expect(mail.text).toContain('les alertes arriveront aussi');
  const page = await fetch(`${platform.credentials.origin}/dev/mail`);
  expect([page.status, page.headers.get('content-type')]).toEqual([
    200,
    'text/html; charset=utf-8',
  ]);
  const list = join(scratchFolder(), 'people.ndjson');
  writeFileSync(list, '{"kind":"email","value":"ana@example.org"}\n');
  const swept = await platform.tact(['sweep', '--identities', list]);
  expect([swept.code, swept.output]).toEqual([1, expect.stringMatching(/\/dev\/mail +email 1/)]);
}, 120_000);

test('a sink that died is back on its port, empty, and takes the next mail', async () => {
  const { mail } = platform.run as unknown as { mail: { port: number; process: { pid: number } } };
  process.kill(mail.process.pid, 'SIGKILL');
  const send = () => platform.tact(['mail', 'test', 'ben@example.org']);
  await eventually(send, ({ code }) => code === 0);
  const { mail: next } = platform.run as unknown as { mail: { port: number } };
  expect(next.port).toBe(mail.port);
  expect((await mails()).map(({ to }) => to)).toEqual([['ben@example.org']]);
}, 120_000);

test('the clock is moved for every service, and stays so over crashes and starts', async () => {
  const open = async (crmId: string) => {
    const body = { right: 'access', identities: { crmId }, channel: 'email' };
    const { body: reported } = await platform.call('POST', '/v1/data-requests', body);
    return DataRequestAccepted.parse(reported);
  };
  const daysAhead = (at: string) => Math.round((Date.parse(at) - Date.now()) / DAY_MS);
  const moved = await platform.tact(['clock', 'advance', 'P40D']);
  expect([moved.code, moved.output]).toEqual([0, expect.stringContaining('3456000 s ahead')]);
  const first = await open('clock-1');
  expect(daysAhead(first.receivedAt)).toBe(40);
  expect(daysAhead(first.internalDue)).toBeGreaterThanOrEqual(68);
  platform.kill('compliance');
  await eventually(
    () => Promise.resolve(platform.restarts['compliance']),
    (restarts) => restarts === 1,
  );
  const second = await eventually(
    () => open('clock-2').catch(() => undefined),
    (reported) => reported !== undefined,
  );
  expect(daysAhead(second?.receivedAt ?? '')).toBe(40);
  await platform.stop();
  await platform.start();
  expect(DevClock.parse(await look('/dev/clock')).advancedSeconds).toBe(40 * 86_400);
  expect(daysAhead((await open('clock-3')).receivedAt)).toBe(40);
}, 240_000);
