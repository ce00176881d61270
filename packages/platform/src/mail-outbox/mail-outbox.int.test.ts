import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, MINUTE_MS, retentionLimits } from '@tact/contracts';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { smtpLimits } from '../mail/smtp-delivery.ts';
import { type Script, scriptedSmtp } from '../mail/testing/scripted-smtp.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { MayLeave } from './mail-kind.ts';
import { forgetMails, OpenMails } from './outgoing-mails.ts';
import { newsTo, openMailStage } from './testing/mail-stage.ts';

let scratch: TestDatabase;
let folder: string;
let stage: Awaited<ReturnType<typeof openMailStage>>;
let smtp: Awaited<ReturnType<typeof scriptedSmtp>>;
let port = 0;
let script: Script = {};
/** What is asked of the kind while a mail leaves. */
let mayStillLeave = (_tx: Queryable): Promise<MayLeave> => Promise.resolve(true);
let nth = 0;

beforeAll(async () => {
  scratch = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'tact-mail-'));
  smtp = await scriptedSmtp(() => script);
  port = smtp.port;
  const kind = { name: 'news', mayStillLeave: (tx: Queryable) => mayStillLeave(tx) };
  stage = await openMailStage({ url: scratch.url, folder, smtpPort: () => port, kind });
  await stage.database.queryable.query('CREATE TABLE withdrawn (contact_id text PRIMARY KEY)');
  stage.runner.start();
}, 60_000);
afterEach(async () => {
  script = {};
  port = smtp.port;
  mayStillLeave = () => Promise.resolve(true);
  await stage.database.queryable.query('TRUNCATE jobs, outgoing_mails');
  smtp.mails.splice(0);
});
afterAll(async () => {
  await stage?.close();
  await smtp?.close();
  await scratch?.drop();
  await rm(folder, { recursive: true, force: true });
});

const someone = () => newsTo(`ct_${(nth += 1)}`);
const idsOf = () => smtp.mails.map((mail) => /^Message-ID: (.*)$/im.exec(mail)?.[1]);

test('a mail leaves if, and only if, its transaction commits, and nothing of it is in clear', async () => {
  const undone = stage.database.transaction(async (tx) => {
    await stage.outbox.enqueue(tx, someone());
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  port = 9;
  const mail = someone();
  await stage.enqueue({ ...mail, unsubscribe: { url: 'https://tact.example/u/opaque' } });
  const rows = await stage.database.queryable.query(
    'SELECT m::text AS row FROM outgoing_mails m UNION ALL SELECT j::text FROM jobs j',
  );
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows)).not.toMatch(/example\.org|nouvelle|opaque/);
  await stage.drained();
  port = smtp.port;
  stage.moveOn(HOUR_MS);
  await stage.drained();
  expect(smtp.mails).toHaveLength(1);
  expect(smtp.mails[0]).toContain(`To: ${mail.to}`);
  expect(smtp.mails[0]).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  const [settled] = await stage.database.queryable.query(
    'SELECT state, sealed FROM outgoing_mails',
  );
  expect(settled).toEqual({ state: 'sent', sealed: null });
  expect(stage.lines.join('')).not.toMatch(/example\.org|nouvelle|opaque/);
});

describe('the server', () => {
  test('away for an hour: nothing is lost, nothing comes twice, under one id each', async () => {
    port = 9;
    for (let mails = 0; mails < 5; mails += 1) await stage.enqueue(someone());
    for (let minutes = 0; minutes < 60; minutes += 10) {
      await stage.drained();
      stage.moveOn(10 * MINUTE_MS);
    }
    expect([smtp.mails.length, await stage.states()]).toEqual([0, Array(5).fill('waiting')]);
    const open = new OpenMails(stage.database.queryable);
    expect(await open.stalled(new Date(stage.clock.nowMs() - 50 * MINUTE_MS))).toMatchObject({
      mails: 5,
    });
    // Away since the first of them was tried, and counted as long as it is.
    const away = await open.away(new Date(stage.clock.nowMs() - 50 * MINUTE_MS));
    expect(away?.mails).toBe(5);
    const awayMs = stage.clock.nowMs() - (away?.since.getTime() ?? 0);
    expect(Math.floor(awayMs / MINUTE_MS)).toBe(60);
    expect(await open.away(new Date(stage.clock.nowMs() - 62 * MINUTE_MS))).toBeUndefined();
    port = smtp.port;
    stage.moveOn(4 * HOUR_MS);
    await stage.drained();
    expect([smtp.mails.length, await stage.states()]).toEqual([5, Array(5).fill('sent')]);
    expect(new Set(idsOf()).size).toBe(5);
    expect(await open.away(stage.clock.now())).toBeUndefined();
  });

  test('is not away for a mailbox that is full, nor for a mail that its kind keeps back', async () => {
    const open = new OpenMails(stage.database.queryable);
    const untilMs = stage.clock.nowMs() + 8 * HOUR_MS;
    mayStillLeave = () => Promise.resolve(stage.clock.nowMs() < untilMs ? new Date(untilMs) : true);
    await stage.enqueue(someone());
    await stage.drained();
    stage.moveOn(2 * HOUR_MS);
    const hourAgo = new Date(stage.clock.nowMs() - HOUR_MS);
    expect([await open.stalled(hourAgo), await open.away(stage.clock.now())]).toEqual([
      undefined,
      undefined,
    ]);
    script = { recipient: '452 full' };
    stage.moveOn(6 * HOUR_MS);
    await stage.drained();
    expect(await stage.states()).toEqual(['waiting']);
    stage.moveOn(2 * HOUR_MS);
    expect(await open.away(stage.clock.now())).toBeUndefined();
    const later = new Date(stage.clock.nowMs() - HOUR_MS);
    expect(await open.stalled(later)).toMatchObject({ mails: 1, since: new Date(untilMs) });
  });

  test('slow, and well: sent, once', async () => {
    const slowly = () => new Promise((done) => setTimeout(done, 150));
    script = { beforeText: slowly, beforeEnd: slowly };
    for (let mails = 0; mails < 3; mails += 1) await stage.enqueue(someone());
    await stage.drained();
    expect([smtp.mails.length, await stage.states()]).toEqual([3, Array(3).fill('sent')]);
  });

  test('has the text and is silent: until its time is over the row says that it was handed over', async () => {
    let meanwhile: readonly string[] = [];
    const open = new OpenMails(stage.database.queryable);
    script = { muteAt: 'dot', beforeEnd: async () => (meanwhile = await stage.states()) };
    await stage.enqueue(someone());
    await stage.drained();
    expect([meanwhile, await stage.states()]).toEqual([['handed-over'], ['unknown']]);
    expect([await open.uncertain(), await open.away(stage.clock.now())]).toMatchObject([
      { mails: 1 },
      undefined,
    ]);
    // RFC 5321, 4.5.3.2.6: ten minutes for the answer to the text.
    expect([smtpLimits.silenceMsMax, smtpLimits.totalMsMax]).toEqual([
      10 * MINUTE_MS,
      15 * MINUTE_MS,
    ]);
  });

  test.each<[string, Script]>([
    ['busy', { greeting: '421 busy' }],
    ['with a full mailbox', { recipient: '452 full' }],
    ['that dies at DATA', { cutAt: 'DATA' }],
    ['that puts the text off', { end: '451 later' }],
    ['that the operator has yet to be let in to', { sender: '550 no relaying' }],
  ])('%s: tried again, later, under the same id', async (_name, trouble) => {
    script = trouble;
    await stage.enqueue(someone());
    await stage.drained();
    expect(await stage.states()).toEqual(['waiting']);
    script = {};
    stage.moveOn(HOUR_MS);
    await stage.drained();
    expect(await stage.states()).toEqual(['sent']);
    expect(new Set(idsOf()).size).toBe(1);
  });

  test.each<[string, Script]>([
    ['no such mailbox', { recipient: '550 unknown' }],
    ['a text it never takes', { end: '554 spam' }],
  ])('%s: refused for good, and its text is dropped', async (_name, trouble) => {
    script = trouble;
    await stage.enqueue(someone());
    await stage.drained();
    stage.moveOn(DAY_MS);
    await stage.drained();
    const [row] = await stage.database.queryable.query(
      'SELECT state, sealed, attempts FROM outgoing_mails',
    );
    expect(row).toMatchObject({ state: 'refused', sealed: null });
  });

  test.each<[string, Script]>([
    ['dies after the text', { cutAt: 'dot' }],
    ['says nothing after the text', { muteAt: 'dot' }],
  ])(
    '%s: nobody knows, so it is not sent again, and a person must look',
    async (_name, trouble) => {
      script = trouble;
      await stage.enqueue(someone());
      await stage.drained();
      script = {};
      stage.moveOn(DAY_MS);
      await stage.drained();
      expect([smtp.mails.length, await stage.states()]).toEqual([1, ['unknown']]);
      const open = new OpenMails(stage.database.queryable);
      expect(await open.uncertain()).toMatchObject({ mails: 1 });
    },
  );

  test('a person who found out what became of one says so; what did not arrive is sent again', async () => {
    script = { cutAt: 'dot' };
    for (let mails = 0; mails < 2; mails += 1) await stage.enqueue(someone());
    await stage.drained();
    script = {};
    const [one, other] = await stage.uncertain.list();
    expect(idsOf()).toContain(one?.messageId);
    const whose: string[] = [];
    const settle = (mail: typeof one, hasArrived: boolean) =>
      stage.uncertain.settle(mail?.mailId ?? '', hasArrived, async (_tx, tenantId) => {
        whose.push(tenantId);
      });
    expect(await settle(one, true)).toBe(true);
    expect(await settle(one, false)).toBe(false);
    const failing = () => Promise.reject(new Error('the audit is away'));
    await expect(stage.uncertain.settle(other?.mailId ?? '', false, failing)).rejects.toThrow();
    expect(await settle(other, false)).toBe(true);
    // Told once for each that was settled, and what could not be told was not settled.
    expect(whose).toEqual([one?.tenantId, other?.tenantId]);
    await stage.drained();
    expect([smtp.mails.length, await stage.states()]).toEqual([3, ['sent', 'sent']]);
    expect(await stage.uncertain.list()).toEqual([]);
  });

  test('away for days: given up after five, and one that is moved past them has its attempt', async () => {
    port = 9;
    await stage.enqueue(someone());
    stage.moveOn(4 * DAY_MS);
    await stage.drained();
    expect(await stage.states()).toEqual(['waiting']);
    stage.moveOn(2 * DAY_MS);
    await stage.drained();
    expect(await stage.states()).toEqual(['given-up']);
    await stage.database.queryable.query('TRUNCATE outgoing_mails');
    port = smtp.port;
    await stage.enqueue(someone());
    stage.moveOn(30 * DAY_MS);
    await stage.drained();
    expect(await stage.states()).toEqual(['sent']);
  });
});

test('what a person sends again, and what its kind kept back, is tried for five days from then', async () => {
  const open = new OpenMails(stage.database.queryable);
  const givenUp = () => open.givenUp(new Date(stage.clock.nowMs() - DAY_MS));
  script = { cutAt: 'dot' };
  await stage.enqueue(someone());
  await stage.drained();
  stage.moveOn(6 * DAY_MS);
  port = 9;
  const [uncertain] = await stage.uncertain.list();
  await stage.uncertain.settle(uncertain?.mailId ?? '', false, async () => {});
  await stage.drained();
  const until = new Date(stage.clock.nowMs() + 6 * DAY_MS);
  mayStillLeave = async () => (stage.clock.now() < until ? until : true);
  await stage.enqueue(someone());
  await stage.drained();
  expect(await open.stalled(new Date(stage.clock.nowMs() - DAY_MS))).toBeUndefined();
  mayStillLeave = async () => true;
  stage.moveOn(4 * DAY_MS);
  await stage.drained();
  expect(await stage.states()).toEqual(['waiting', 'waiting']);
  expect(await givenUp()).toBeUndefined();
  stage.moveOn(2 * DAY_MS + MINUTE_MS);
  await stage.drained();
  expect(await stage.states()).toEqual(['given-up', 'waiting']);
  expect(await givenUp()).toMatchObject({ mails: 1 });
  stage.moveOn(4 * DAY_MS);
  await stage.drained();
  expect(await stage.states()).toEqual(['given-up', 'waiting']);
  stage.moveOn(2 * DAY_MS);
  await stage.drained();
  expect(await stage.states()).toEqual(['given-up', 'given-up']);
});

test('what became of a mail is kept as long as is declared, and what is uncertain until a person looked', async () => {
  await stage.enqueue(someone());
  await stage.drained();
  script = { cutAt: 'dot' };
  await stage.enqueue(someone());
  await stage.drained();
  const { days } = retentionLimits.mails;
  const forget = () => forgetMails(stage.database.queryable, stage.clock);
  stage.moveOn((days ?? 0) * DAY_MS - MINUTE_MS);
  await forget();
  expect(await stage.states()).toEqual(['sent', 'unknown']);
  stage.moveOn(2 * MINUTE_MS);
  await forget();
  expect(await stage.states()).toEqual(['unknown']);
});

describe('who is not to be written to any more', () => {
  const withdraw = (contactId: string) =>
    stage.database.queryable.query('INSERT INTO withdrawn VALUES ($1)', [contactId]);
  const unlessWithdrawn = (contactId: string) => async (tx: Queryable) =>
    (await tx.query('SELECT FROM withdrawn WHERE contact_id = $1', [contactId])).length === 0;

  test('withdrew while the server was away: no connection is opened for it', async () => {
    const mail = someone();
    mayStillLeave = unlessWithdrawn(mail.subject);
    port = 9;
    await stage.enqueue(mail);
    await stage.drained();
    await withdraw(mail.subject);
    port = smtp.port;
    stage.moveOn(HOUR_MS);
    await stage.drained();
    expect([smtp.mails, await stage.states()]).toEqual([[], ['withheld']]);
  });

  test('withdrew while the server was slow to ask for the text: it gets none', async () => {
    const mail = someone();
    mayStillLeave = unlessWithdrawn(mail.subject);
    script = { beforeText: () => withdraw(mail.subject) };
    await stage.enqueue(mail);
    await stage.drained();
    expect([smtp.mails, await stage.states()]).toEqual([[], ['withheld']]);
  });

  test('was erased: the mail goes with the person', async () => {
    port = 9;
    const mail = someone();
    await stage.enqueue(mail);
    await stage.drained();
    await stage.vault.destroySubject({ tenantId: 'demo', subject: mail.subject });
    port = smtp.port;
    stage.moveOn(HOUR_MS);
    await stage.drained();
    expect([smtp.mails, await stage.states()]).toEqual([[], ['erased']]);
  });

  test('is written to no later than the mail is worth', async () => {
    port = 9;
    await stage.enqueue({ ...someone(), notAfter: new Date(stage.clock.nowMs() + HOUR_MS) });
    await stage.drained();
    port = smtp.port;
    stage.moveOn(HOUR_MS);
    await stage.drained();
    expect([smtp.mails, await stage.states()]).toEqual([[], ['expired']]);
  });
});

test.each<[string, object]>([
  ['a recipient that begins a header', { to: 'a@example.org\r\nBcc: b@example.org' }],
  ['one-click in clear', { unsubscribe: { url: 'http://tact.example/u' } }],
  ['a kind nobody offered', { kind: 'other' }],
  ['a name in clear', { about: { name: 'Alice Fictive' } }],
  [
    'a link that runs',
    {
      document: {
        ...someone().document,
        blocks: [{ kind: 'link', label: 'x', url: 'javascript:x' }],
      },
    },
  ],
])('%s is refused when it is left, not when it leaves', async (_name, wrong) => {
  await expect(stage.enqueue({ ...someone(), ...wrong })).rejects.toThrow();
  expect(await stage.states()).toEqual([]);
});

test('one click may lead to this machine in the embedded platform', async () => {
  await stage.enqueue({ ...someone(), unsubscribe: { url: 'http://localhost:8080/u/opaque' } });
  await stage.drained();
  expect(smtp.mails[0]).toContain('List-Unsubscribe: <http://localhost:8080/u/opaque>');
});
