import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ImportType } from '@tact/contracts';
import { Database, EventStore } from '@tact/platform';
import {
  consentLine,
  importsUnderTest,
  ndjson,
  newPhone,
  signalLine,
} from '../testing/imports-under-test.ts';

const {
  call,
  errorsOf,
  everyTable,
  imported,
  logLines,
  people,
  post,
  query,
  recorded,
  running,
  upload,
} = importsUnderTest();

describe('an import', () => {
  test('of contacts, their consents and their signals makes facts of all of them', async () => {
    const [one, two] = [`c-${randomUUID()}`, `c-${randomUUID()}`];
    const contacts = [one, two].map((crmId) => ({
      id: `row ${crmId}`,
      identities: { crmId, phone: newPhone() },
      timeZone: 'Europe/Paris',
      language: 'fr',
      attributes: { segment: 'gold' },
    }));
    const all = { rejected: 0, duplicate: 0, notContactable: 0, state: 'finished' };
    expect(await imported(ndjson(contacts), { type: 'contacts' })).toMatchObject({
      read: 2,
      applied: 2,
      ...all,
    });
    const consents = ndjson([consentLine(one), consentLine(two, { purpose: 'marketing' })]);
    expect(await imported(consents, { type: 'consents' })).toMatchObject({ applied: 2, ...all });
    const signals = ndjson([
      signalLine(one),
      signalLine(one, { kind: 'inbound-message' }),
      signalLine(two),
    ]);
    expect(await imported(signals)).toMatchObject({ applied: 2, ...all, notContactable: 1 });
    const [found] = await running()
      .app.get(Database)
      .queryable.query<{ stream: string }>(
        `SELECT stream FROM events WHERE type = 'SignalRecorded' ORDER BY position DESC LIMIT 1`,
      );
    const { events } = await running()
      .app.get(EventStore)
      .load(found?.stream ?? '');
    expect(events.map(({ type }) => type)).toEqual([
      'ContactRegistered',
      'ConsentDeclared',
      'SignalRecorded',
      'SignalRecorded',
    ]);
    expect(events[0]?.data).toMatchObject({ identities: { crmId: one }, language: 'fr' });
    expect(events[2]?.data).toMatchObject({ kind: 'message-delivered', origin: 'crm-import' });
  });

  test('keeps a withdrawal of marketing by somebody unknown, and binds who is registered later', async () => {
    const crmId = `later-${randomUUID()}`;
    const withdrawal = consentLine(crmId, { purpose: 'marketing', state: 'withdrawn' });
    expect(await imported(ndjson([withdrawal]), { type: 'consents' })).toMatchObject({
      applied: 0,
      notContactable: 1,
    });
    const answer = await call('/v1/contacts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ identities: { crmId } }),
    });
    const { contactId } = (await answer.json()) as { contactId: string };
    const { events } = await running().app.get(EventStore).load(`contact-${contactId}`);
    expect(events.filter(({ type }) => type === 'RefusalReceived')).toMatchObject([
      { data: { scope: 'marketing' } },
    ]);
  });

  test('sent again applies nothing, and says so', async () => {
    const [crmId = ''] = await people(1);
    const contacts = ndjson([{ id: 'again', identities: { crmId }, language: 'en' }]);
    const consents = ndjson([consentLine(crmId, { purpose: 'feedback' })]);
    const signals = ndjson(Array.from({ length: 50 }, () => signalLine(crmId)));
    const sendAll = async () => [
      await imported(contacts, { type: 'contacts' }),
      await imported(consents, { type: 'consents' }),
      await imported(signals),
    ];
    const first = await sendAll();
    // That a file was sent is an act each time.
    const count = `SELECT count(*)::int AS n FROM events WHERE type <> 'ActPerformed'`;
    const [head] = await query<{ n: number }>(count);
    const second = await sendAll();
    expect(first.map(({ applied }) => applied)).toEqual([1, 1, 50]);
    expect(second.map(({ applied, duplicate }) => [applied, duplicate])).toEqual([
      [0, 1],
      [0, 1],
      [0, 50],
    ]);
    expect(await query(count)).toEqual([head]);
  });

  test('goes on behind bad lines, and tells where and why but never what', async () => {
    const [crmId = ''] = await people(1);
    const canary = newPhone();
    const lines = [
      JSON.stringify(signalLine(crmId)),
      `{"id": "${canary}", "kind"`,
      '',
      JSON.stringify(signalLine(crmId, { kind: canary })),
      JSON.stringify(signalLine(crmId, { [canary]: canary })),
      `"${canary}${'x'.repeat(64 * 1024)}"`,
      JSON.stringify(signalLine(crmId, { observer: `selenium ${canary}` })),
      JSON.stringify(signalLine(crmId, { saw: `${canary}\u0000` })),
      JSON.stringify(signalLine(crmId, { occurredAt: '2999-01-01T00:00:00Z' })),
      JSON.stringify({ ...signalLine(crmId), id: undefined }),
      JSON.stringify(signalLine(crmId)),
    ];
    const body = Buffer.concat([
      Buffer.from(lines.join('\r\n')),
      Buffer.from('\n"\xff"', 'latin1'),
    ]);
    const done = await imported(body);
    expect(done).toMatchObject({ state: 'finished', read: 11, applied: 2, rejected: 9 });
    const errors = await errorsOf(done.importId);
    expect(errors.map(({ line, errors: [first] }) => `${line} ${first?.pointer}`)).toEqual([
      '2 ',
      '4 /kind',
      '5 ',
      '6 ',
      '7 /observer',
      '8 ',
      '9 /occurredAt',
      '10 /id',
      '12 ',
    ]);
    const sentences = errors.flatMap((line) => line.errors.map(({ message }) => message));
    expect(sentences).toEqual(
      expect.arrayContaining([
        'The line is not JSON.',
        'The line is longer than 64 KiB.',
        'The line is not UTF-8.',
        expect.stringContaining('WhatsApp’s terms'),
        'Lies in the future.',
      ]),
    );
    for (const text of [JSON.stringify(errors), await everyTable(), logLines.join('\n')]) {
      expect(text).not.toContain(canary.slice(1));
    }
  });

  test('counts people it has no effect on, and never tells who', async () => {
    const [withdrawn = '', open = ''] = await people(2);
    await imported(
      ndjson([consentLine(withdrawn, { state: 'withdrawn', at: '2026-03-01T00:00:00Z' })]),
      { type: 'consents' },
    );
    const again = [withdrawn, open, 'nobody'].map((crmId) =>
      consentLine(crmId, { at: '2026-02-01T00:00:00Z' }),
    );
    const consents = await imported(ndjson(again), { type: 'consents' });
    expect(consents).toMatchObject({ applied: 1, notContactable: 2, rejected: 0 });
    const signals = await imported(
      ndjson([withdrawn, open, 'nobody'].map((crmId) => signalLine(crmId))),
    );
    expect(signals).toMatchObject({ applied: 1, notContactable: 2, rejected: 0 });
    expect(await errorsOf(signals.importId)).toEqual([]);
  });

  test('of people whose identities are at odds rejects the line', async () => {
    const [one, two] = [`c-${randomUUID()}`, `c-${randomUUID()}`];
    const phone = newPhone();
    const lines = [
      { id: '1', identities: { crmId: one } },
      { id: '2', identities: { crmId: two, phone } },
      { id: '3', identities: { crmId: one, phone } },
      { id: '4', identities: { phone: 'not a phone' } },
    ];
    const done = await imported(ndjson(lines), { type: 'contacts' });
    expect(done).toMatchObject({ applied: 2, rejected: 2 });
    expect(
      (await errorsOf(done.importId)).map(({ line, errors: [first] }) => [line, first?.pointer]),
    ).toEqual([
      [3, '/identities'],
      [4, '/identities/phone'],
    ]);
  });

  test('of ten thousand lines is one effect each', async () => {
    const crmIds = await people(100);
    const before = await recorded();
    const lines = Array.from({ length: 10_000 }, (_, nth) => signalLine(crmIds[nth % 100] ?? ''));
    const done = await imported(ndjson([...lines, ...lines.slice(0, 500)]));
    expect(done).toMatchObject({ read: 10_500, applied: 10_000, duplicate: 500 });
    expect((await recorded()) - before).toBe(10_000);
    expect(await query('SELECT seq FROM import_chunks')).toEqual([]);
  }, 60_000);

  test('of nothing is finished', async () => {
    expect(await imported('')).toMatchObject({ state: 'finished', read: 0 });
  });
});

describe('who may import', () => {
  test('is whoever has the scope of the type, in the tenant of the import', async () => {
    expect((await post('', { type: 'contacts', caller: 'narrow' })).status).toBe(403);
    expect((await post('', { type: 'consents', caller: 'narrow' })).status).toBe(403);
    const importId = await upload('', { caller: 'narrow' });
    expect((await call(`/v1/imports/${importId}`, {}, 'narrow')).status).toBe(200);
    for (const path of [`/v1/imports/${importId}`, `/v1/imports/${importId}/errors`]) {
      const [foreign, random] = [
        await call(path, {}, 'other'),
        await call(path.replace(/im_\w{6}/, 'im_000000'), {}, 'other'),
      ];
      expect([foreign.status, random.status]).toEqual([404, 404]);
    }
    expect((await post('', { type: 'people' as ImportType })).status).toBe(400);
  });
});
