import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ImportAccepted,
  type ImportErrorLine,
  ImportProgress,
  type ImportType,
} from '@tact/contracts';
import {
  ApiKeys,
  bootService,
  createLog,
  Database,
  EventStore,
  type RunningService,
} from '@tact/platform';
import { testDatabase, type TestDatabase } from '../../../packages/testing/src/postgres.ts';
import { ImportWorker } from './apply-imports/import-worker.ts';
import { ingestionService } from './ingestion-service.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
const keys = new Map<string, string>();
const logLines: string[] = [];

beforeAll(async () => {
  server = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-imports-'));
  const destination = { write: (line: string) => void logLines.push(line) };
  service = await bootService(ingestionService, {
    environment: {
      ...{ DATABASE_URL: server.url, TACT_HOME: home, TACT_MODE: 'embedded' },
      ...{ WHATSAPP_APP_SECRET: 'x', WHATSAPP_VERIFY_TOKEN: 'x', WHATSAPP_WABA_IDS: '1' },
    },
    log: createLog({ service: 'ingestion', level: 'debug', destination }),
  });
  const create = async (name: string, tenantId: string, scope: 'admin' | 'signals:write') => {
    const wanted = { tenantId, scopes: [scope], label: name };
    keys.set(name, (await service.app.get(ApiKeys).create(wanted)).key);
  };
  await create('demo', 'demo', 'admin');
  await create('other', 'other', 'admin');
  await create('narrow', 'demo', 'signals:write');
  // The steps are taken one by one here, so that a crash can be put between two of them.
  await service.app.get(ImportWorker).onModuleDestroy();
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  if (home) await rm(home, { recursive: true, force: true });
});

const query = <Row>(text: string, values: readonly unknown[] = []) =>
  service.app.get(Database).queryable.query<Row>(text, values);
const step = () => service.app.get(ImportWorker).step();
const workOff = async () => {
  while (await step());
};
const call = (path: string, init: RequestInit & { duplex?: 'half' } = {}, caller = 'demo') => {
  const authorization = `Bearer ${keys.get(caller)}`;
  const headers = { authorization, ...(init.headers as Record<string, string>) };
  return fetch(`${service.origin}${path}`, { ...init, headers });
};
type Options = { type?: ImportType; csv?: boolean; caller?: string };
const post = (
  body: NonNullable<RequestInit['body']>,
  { type = 'signals', csv = false, caller }: Options = {},
) =>
  call(
    `/v1/imports?type=${type}`,
    {
      ...{ method: 'POST', body, duplex: 'half' },
      headers: { 'content-type': csv ? 'text/csv' : 'application/x-ndjson' },
    },
    caller,
  );
const upload = async (body: NonNullable<RequestInit['body']>, options: Options = {}) => {
  const answer = await post(body, options);
  expect(answer.status).toBe(202);
  return ImportAccepted.parse(await answer.json()).importId;
};
const progressOf = async (importId: string) =>
  ImportProgress.parse(await (await call(`/v1/imports/${importId}`)).json());
const errorsOf = async (importId: string) =>
  (await (await call(`/v1/imports/${importId}/errors`)).text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ImportErrorLine);
const imported = async (body: NonNullable<RequestInit['body']>, options: Options = {}) => {
  const importId = await upload(body, options);
  await workOff();
  const { lines, notContactable, state } = await progressOf(importId);
  return { importId, state, notContactable, ...lines };
};
const ndjson = (lines: readonly object[]) =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const newPhone = () => `+3363998${randomInt(10_000).toString().padStart(4, '0')}`;

const proof = { source: 'import of 2026', noticeVersion: '3' };
const consentLine = (crmId: string, fields: object = {}) => ({
  ...{ id: randomUUID(), contact: { crmId }, purpose: 'signal-analysis', channel: 'whatsapp' },
  ...{ state: 'given', at: '2026-01-05T09:00:00Z', proof, ...fields },
});
const signalLine = (crmId: string, fields: object = {}) => ({
  ...{ id: randomUUID(), contact: { crmId }, kind: 'message-delivered' },
  ...{ occurredAt: '2026-11-02T08:00:00Z', messageRef: randomUUID(), ...fields },
});
/** People with consent, made the way a CRM makes them. */
const people = async (count: number): Promise<string[]> => {
  const crmIds = Array.from({ length: count }, () => `c-${randomUUID()}`);
  const contacts = crmIds.map((crmId) => ({ id: randomUUID(), identities: { crmId } }));
  await imported(ndjson(contacts), { type: 'contacts' });
  await imported(ndjson(crmIds.map((crmId) => consentLine(crmId))), { type: 'consents' });
  return crmIds;
};
const countOf = async (type: string): Promise<number> => {
  const [row] = await query<{ n: number }>(
    'SELECT count(*)::int AS n FROM events WHERE type = $1',
    [type],
  );
  return row?.n ?? 0;
};
/** Everything in every table of the service and the vault, as text. */
const everyTable = async (): Promise<string> => {
  const tables = await query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema IN ('ingestion', 'vault', 'log', 'access', 'public') AND table_type = 'BASE TABLE'`,
  );
  const dumps = await Promise.all(
    tables.map(({ name }) => query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`)),
  );
  return dumps.flatMap((rows) => rows.map(({ text }) => text)).join('\n');
};
describe('an import', () => {
  test('of contacts, their consents and their signals makes facts of all of them', async () => {
    const [one, two] = [`c-${randomUUID()}`, `c-${randomUUID()}`];
    const contacts = [one, two].map((crmId) => ({
      ...{ id: `row ${crmId}`, identities: { crmId, phone: newPhone() } },
      ...{ timeZone: 'Europe/Paris', language: 'fr', attributes: { segment: 'gold' } },
    }));
    const all = { rejected: 0, duplicate: 0, notContactable: 0, state: 'finished' };
    expect(await imported(ndjson(contacts), { type: 'contacts' })).toMatchObject({
      ...{ read: 2, applied: 2, ...all },
    });
    const consents = ndjson([consentLine(one), consentLine(two, { purpose: 'marketing' })]);
    expect(await imported(consents, { type: 'consents' })).toMatchObject({ applied: 2, ...all });
    const signals = ndjson([
      signalLine(one),
      signalLine(one, { kind: 'inbound-message' }),
      signalLine(two),
    ]);
    expect(await imported(signals)).toMatchObject({ applied: 2, ...all, notContactable: 1 });
    const [found] = await service.app
      .get(Database)
      .queryable.query<{ stream: string }>(
        `SELECT stream FROM events WHERE type = 'SignalRecorded' ORDER BY position DESC LIMIT 1`,
      );
    const { events } = await service.app.get(EventStore).load(found?.stream ?? '');
    expect(events.map(({ type }) => type)).toEqual([
      ...['ContactRegistered', 'ConsentDeclared', 'SignalRecorded', 'SignalRecorded'],
    ]);
    expect(events[0]?.data).toMatchObject({ identities: { crmId: one }, language: 'fr' });
    expect(events[2]?.data).toMatchObject({ kind: 'message-delivered', origin: 'crm-import' });
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
    const [head] = await query<{ n: number }>('SELECT count(*)::int AS n FROM events');
    const second = await sendAll();
    expect(first.map(({ applied }) => applied)).toEqual([1, 1, 50]);
    expect(second.map(({ applied, duplicate }) => [applied, duplicate])).toEqual([
      ...[
        [0, 1],
        [0, 1],
        [0, 50],
      ],
    ]);
    expect(await query('SELECT count(*)::int AS n FROM events')).toEqual([head]);
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
      ...['2 ', '4 /kind', '5 ', '6 ', '7 /observer', '8 ', '9 /occurredAt', '10 /id', '12 '],
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
      ...[
        [3, '/identities'],
        [4, '/identities/phone'],
      ],
    ]);
  });

  test('of ten thousand lines is one effect each', async () => {
    const crmIds = await people(100);
    const before = await countOf('SignalRecorded');
    const lines = Array.from({ length: 10_000 }, (_, nth) => signalLine(crmIds[nth % 100] ?? ''));
    const done = await imported(ndjson([...lines, ...lines.slice(0, 500)]));
    expect(done).toMatchObject({ read: 10_500, applied: 10_000, duplicate: 500 });
    expect((await countOf('SignalRecorded')) - before).toBe(10_000);
    expect(await query('SELECT seq FROM import_chunks')).toEqual([]);
  }, 60_000);

  test('of nothing is finished', async () => {
    expect(await imported('')).toMatchObject({ state: 'finished', read: 0 });
  });
});

describe('a table', () => {
  test('is read by the names of its header, quotes, line ends and all', async () => {
    const crmId = `c-${randomUUID()}, "the first"`;
    const quoted = `"${crmId.replaceAll('"', '""')}"`;
    const rows = [
      '\uFEFFid,identities.crmId,timeZone,attributes.note',
      `1,${quoted},Europe/Paris,"two\nlines"`,
      '',
      '2,c-plain,,',
      '3,c-short',
      '4,"c-wrong" zone,Europe/Paris,',
      '5,c-zone,Mars/Olympus,',
      '6,c-"stray,,',
      '7,c-behind,,',
      '8,"c-open,,',
      '9,c-last,,',
    ];
    const done = await imported(rows.join('\r\n'), { type: 'contacts', csv: true });
    expect(done).toMatchObject({ state: 'finished', read: 9, applied: 4, rejected: 5 });
    const errors = await errorsOf(done.importId);
    expect(errors.map(({ line, errors: [first] }) => `${line} ${first?.pointer}`)).toEqual([
      ...['6 ', '7 ', '8 /timeZone', '9 ', '11 '],
    ]);
    const found = await call('/v1/contacts/search', {
      ...{ method: 'POST', body: JSON.stringify({ identity: { crmId } }) },
      headers: { 'content-type': 'application/json' },
    });
    expect(found.status).toBe(200);
    const { contactId } = (await found.json()) as { contactId: string };
    const [event] = (await service.app.get(EventStore).load(`contact-${contactId}`)).events;
    expect(event?.data).toMatchObject({
      ...{ identities: { crmId }, timeZone: 'Europe/Paris' },
      attributes: { note: 'two\nlines' },
    });
  });

  test('of signals and consents has numbers and nested fields', async () => {
    const [crmId = ''] = await people(1);
    const signals = [
      'id,contact.crmId,kind,occurredAt,code,observer,saw,baseline.at,baseline.saw',
      `${randomUUID()},${crmId},message-failed,2026-11-02T08:00:00Z,131026,,,,`,
      `${randomUUID()},${crmId},photo-missing,2026-11-02T08:00:00Z,,Zoé,nothing,2026-10-02T08:00:00Z,a dog`,
      `${randomUUID()},${crmId},message-failed,2026-11-02T08:00:00Z,no code,,,,`,
    ].join('\n');
    expect(await imported(signals, { csv: true })).toMatchObject({ applied: 2, rejected: 1 });
    const consents = [
      'id,contact.crmId,purpose,channel,state,at,proof.source,proof.noticeVersion',
      `${randomUUID()},${crmId},marketing,whatsapp,given,2026-02-01T00:00:00Z,a form,3`,
    ].join('\n');
    const done = await imported(consents, { type: 'consents', csv: true });
    expect(done).toMatchObject({ applied: 1 });
  });

  test('with a header that means nothing is refused before any row', async () => {
    const canary = newPhone();
    const before = await query('SELECT import_id FROM imports');
    const answer = await post(`id,${canary},kind,kind\n1,2,3,4\n`, { csv: true });
    const text = await answer.text();
    expect(answer.status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      errors: [
        { pointer: '/header/2', message: expect.stringContaining('no such field') },
        { pointer: '/header/4', message: expect.stringContaining('already') },
      ],
    });
    expect(text).not.toContain(canary);
    expect((await post('kind\n', { csv: true })).status).toBe(400);
    expect((await post('', { csv: true })).status).toBe(400);
    expect(await query('SELECT import_id FROM imports')).toEqual(before);
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
