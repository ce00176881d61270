import { randomInt, randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect } from '@jest/globals';
import {
  ImportAccepted,
  type ImportErrorLine,
  ImportPreview,
  ImportProgress,
  type ImportType,
  exampleProof,
} from '@tact/contracts';
import {
  Clock,
  Database,
  EventStore,
  JobRunner,
  type LeasedJobHandler,
  Log,
  type RunningService,
} from '@tact/platform';
import { ingestionUnderTest } from '../../../../packages/testing/src/ingestion-under-test.ts';
import { ImportWorker } from '../imports/apply/import-worker.ts';

type Body = NonNullable<RequestInit['body']>;
type Options = {
  readonly type?: ImportType;
  readonly csv?: boolean;
  /** What is said of the file: `country`, `timeZone`, `mapping`. */
  readonly said?: Readonly<Record<string, string>>;
  readonly path?: string;
  /** Whose key: `demo` and `other` are tenants, `narrow` may tell `demo` signals only. */
  readonly caller?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

const { noticeVersion, noticeSha256 } = exampleProof;
const proof = { source: 'import of 2026', noticeVersion, noticeSha256 };

export const newPhone = () => `+3363998${randomInt(10_000).toString().padStart(4, '0')}`;
export const ndjson = (lines: readonly object[]) =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');
export const consentLine = (crmId: string, fields: object = {}) => ({
  id: randomUUID(),
  contact: { crmId },
  purpose: 'signal-analysis',
  channel: 'whatsapp',
  state: 'given',
  at: '2026-01-05T09:00:00Z',
  proof,
  ...fields,
});
export const signalLine = (crmId: string, fields: object = {}) => ({
  id: randomUUID(),
  contact: { crmId },
  kind: 'message-delivered',
  occurredAt: '2026-11-02T08:00:00Z',
  messageRef: randomUUID(),
  ...fields,
});

/** What the tests look up in the database itself. */
const tablesOf = (running: () => RunningService) => {
  const query = <Row>(text: string, values: readonly unknown[] = []) =>
    running().app.get(Database).queryable.query<Row>(text, values);
  const recorded = async (): Promise<number> => {
    const [row] = await query<{ n: number }>(
      `SELECT count(*)::int AS n FROM events WHERE type = 'SignalRecorded'`,
    );
    return row?.n ?? 0;
  };
  /** Everything in every table the service can reach, as text. */
  const everyTable = async (): Promise<string> => {
    const tables = await query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const dumps = await Promise.all(
      tables.map(({ name }) => query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`)),
    );
    return dumps.flatMap((rows) => rows.map(({ text }) => text)).join('\n');
  };
  /** What the progress shows rounded or not at all: a caller would learn of people. */
  const countsOf = async (importId: string) => {
    const [counts] = await query<{ applied: number; notContactable: number }>(
      `SELECT lines_applied::int AS applied, not_contactable::int AS "notContactable"
       FROM imports WHERE import_id = $1`,
      [importId],
    );
    return counts ?? { applied: 0, notContactable: 0 };
  };
  return { query, recorded, everyTable, countsOf };
};

/** What a CRM asks of the API, with the key of a caller. */
const apiOf = (running: () => RunningService, keys: ReadonlyMap<string, string>) => {
  const call = (path: string, init: RequestInit & { duplex?: 'half' } = {}, caller = 'demo') => {
    const authorization = `Bearer ${keys.get(caller)}`;
    const headers = { authorization, ...(init.headers as Record<string, string>) };
    return fetch(`${running().origin}${path}`, { ...init, headers });
  };
  const post = (body: Body, options: Options = {}) => {
    const { type = 'signals', csv = false, caller, headers, signal, said, path = '' } = options;
    const contentType = csv ? 'text/csv' : 'application/x-ndjson';
    const init = {
      method: 'POST',
      body,
      duplex: 'half' as const,
      headers: { 'content-type': contentType, ...headers },
      ...(signal && { signal }),
    };
    const query = new URLSearchParams({ type, ...said }).toString();
    return call(`/v1/imports${path}?${query}`, init, caller);
  };
  const upload = async (body: Body, options: Options = {}) => {
    const answer = await post(body, options);
    expect(answer.status).toBe(202);
    return ImportAccepted.parse(await answer.json()).importId;
  };
  const preview = async (body: Body, options: Options = {}) => {
    const answer = await post(body, { ...options, path: '/previews' });
    expect(answer.status).toBe(200);
    return ImportPreview.parse(await answer.json());
  };
  const progressOf = async (importId: string) =>
    ImportProgress.parse(await (await call(`/v1/imports/${importId}`)).json());
  const errorsOf = async (importId: string) =>
    (await (await call(`/v1/imports/${importId}/errors`)).text())
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ImportErrorLine);
  return { call, post, preview, upload, progressOf, errorsOf };
};

type Handler = LeasedJobHandler<{ importId: string }>;

/** One look of a process at the imports, with whatever in the place of its worker; it rests until it is asked. */
const runnerOf = ({ app }: RunningService, handler: Handler): JobRunner =>
  new JobRunner({
    database: app.get(Database),
    wakeUp: app.get(EventStore).wakeUp,
    now: () => app.get(Clock).now(),
    lines: app.get(Log),
    handlers: { all: [handler] },
  });

/** Ingestion whose import worker stands still: a test takes its steps, so that a crash can be put between two. */
export const importsUnderTest = () => {
  const logLines: string[] = [];
  const { keyOf, running } = ingestionUnderTest({
    environment: { TACT_CLOCK: undefined },
    logLines,
  });
  const keys = new Map<string, string>();
  const api = apiOf(running, keys);

  beforeAll(async () => {
    keys.set('demo', await keyOf('demo', ['admin']));
    keys.set('other', await keyOf('other', ['admin']));
    keys.set('narrow', await keyOf('demo', ['signals:write']));
  });

  const runner = (handler: Handler = worker()): JobRunner => runnerOf(running(), handler);
  const worker = () => running().app.get(ImportWorker);

  /** Judges one chunk, or finishes one import; false when there is nothing to do. */
  const step = async (): Promise<boolean> => {
    const one = runner();
    const { started } = await one.look();
    await one.ended();
    return started > 0;
  };
  /** What waits for its time is due. */
  const timePasses = () =>
    query(`UPDATE jobs SET run_at = '-infinity' WHERE kind = 'apply-import'`);
  const { query, countsOf } = tablesOf(running);
  const workOff = async () => {
    while (await step());
  };

  const imported = async (body: Body, options: Options = {}) => {
    const importId = await api.upload(body, options);
    await workOff();
    const { lines, state, file } = await api.progressOf(importId);
    return { importId, state, file, ...lines, ...(await countsOf(importId)) };
  };

  /** People with consent, made the way a CRM makes them. */
  const people = async (count: number): Promise<string[]> => {
    const crmIds = Array.from({ length: count }, () => `c-${randomUUID()}`);
    const contacts = crmIds.map((crmId) => ({ id: randomUUID(), identities: { crmId } }));
    await imported(ndjson(contacts), { type: 'contacts' });
    await imported(ndjson(crmIds.map((crmId) => consentLine(crmId))), { type: 'consents' });
    return crmIds;
  };
  return {
    ...tablesOf(running),
    ...api,
    running,
    logLines,
    runner,
    worker,
    step,
    timePasses,
    workOff,
    imported,
    people,
  };
};

/** The same with twenty people who agreed and lines about them; every test begins with nothing left to do. */
export const importLinesUnderTest = () => {
  const imports = importsUnderTest();
  let crmIds: string[];
  beforeAll(async () => {
    crmIds = await imports.people(20);
  });
  beforeEach(() => imports.workOff());

  const signalLines = (count: number, fields: object = {}): string[] =>
    Array.from({ length: count }, (_, nth) =>
      ndjson([signalLine(crmIds[nth % crmIds.length] ?? '', fields)]),
    );
  return { ...imports, signalLines };
};
