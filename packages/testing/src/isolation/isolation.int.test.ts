import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { type Constellation, startConstellation } from '../constellation.ts';
import { kindOf, opensByItself, randomId, realId } from './kinds.ts';
import { type Operation, operationsOf } from './operations.ts';
import { Owner } from './owner.ts';
import { keptAsPage } from './page.ts';
import { answersAlike, type Asker, probes } from './probes.ts';

let tact: Constellation;
let client: Client;
let operations: Operation[];
let owner: Owner;
let stranger: Owner;
/** With what each puts beside an id. */
let asStranger: Asker;
let asOwner: Asker;

const askerOf = async (of: Owner): Promise<Asker> => ({
  owner: of,
  contactId: (await of.register()).contactId,
  noticeId: await realId('notice', of),
});

beforeAll(async () => {
  tact = await startConstellation({
    TACT_CLOCK: '2026-11-20T10:00:00Z',
    // Nobody is there: a mail that waits is mail enough.
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'tact@example.com',
    TACT_PUBLIC_ORIGIN: 'http://localhost:8080',
  });
  client = new Client({ connectionString: tact.databaseUrl });
  await client.connect();
  operations = await operationsOf(tact);
  owner = await Owner.of(tact, 'quatrefages');
  stranger = await Owner.of(tact, 'stranger');
  // Where there is staff, programs propose nothing any more.
  for (const kind of ['merge', 'split', 'proposal'] as const) await realId(kind, owner);
  // What an operator has built anew is every tenant's affair, and each is told of it: before anything is compared.
  for (const asker of [owner, stranger]) await realId('rebuild', asker);
  asOwner = await askerOf(owner);
  asStranger = await askerOf(stranger);
}, 60_000);
afterAll(async () => {
  await client?.end();
  await tact?.stop();
}, 60_000);

type Answer = { readonly status: number; readonly type: string | null; readonly body: string };

/** Without what differs from call to call: traces, what was made just now, and the id that was asked for. */
const comparable = (text: string, id: string): string =>
  text
    .replaceAll(id, '<id>')
    .replaceAll(/"(?:traceId|instance)":"[^"]*"/g, '')
    .replaceAll(/"id":"[0-9a-f]{12}"/g, '')
    .replaceAll(/"(?:version|position)":\d+/g, '')
    .replaceAll(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<signed>')
    .replaceAll(/\b[a-z]{2}_[0-9a-z]{10,40}\b/g, '<made>');

type Try = { readonly operation: Operation; readonly place: string; readonly id: string };

const ask = async ({ operation, place, id }: Try, asker: Asker): Promise<Answer> => {
  const { operationId, origin, method, path } = operation;
  const { body, headers = {}, query = '' } = probes[operationId]?.[place]?.(id, asker) ?? {};
  // The only place of a path that is not tried holds something of whom asks.
  const others = [...path.matchAll(/\{\w+\}/g)].map(([one]) => one).filter((one) => one !== place);
  let at = path.replace(place, id);
  for (const one of others) {
    at = at.replace(one, await realId(kindOf(path, one) ?? 'contact', asker.owner));
  }
  const response = await fetch(`${origin}${at}${query}`, {
    method,
    headers: {
      authorization: `Bearer ${asker.owner.business.key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const type = response.headers.get('content-type');
  return { status: response.status, type, body: comparable(await response.text(), id) };
};

/** Every row of a tenant, in every schema: one digest a table. */
const stateOf = async (tenantId: string): Promise<Record<string, string>> => {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.columns
     WHERE column_name = 'tenant_id' AND table_schema NOT IN ('pg_catalog', 'information_schema')
     ORDER BY 1`,
  );
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ digest: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS digest
       FROM ${name} AS t WHERE tenant_id = $1`,
      [tenantId],
    );
    digests[name] = rows[0]?.digest ?? '';
  }
  return digests;
};

const tries = (): { operation: Operation; place: string }[] =>
  operations.flatMap((operation) => {
    const places = [...operation.places, ...Object.keys(probes[operation.operationId] ?? {})];
    const tried = [...new Set(places)].filter((place) => !opensByItself.has(place));
    return tried.map((place) => ({ operation, place }));
  });

test('every place of an id has a maker, and every body that holds one is known', () => {
  const unknown = tries().filter(({ operation: { path }, place }) => !kindOf(path, place));
  expect(unknown.map(({ operation, place }) => `${operation.operationId} ${place}`)).toEqual([]);
  const silent = tries().filter(
    ({ operation: { operationId, hasBody, isOperators }, place }) =>
      hasBody && !isOperators && probes[operationId]?.[place] === undefined,
  );
  expect(silent.map(({ operation, place }) => `${operation.operationId} ${place}`)).toEqual([]);
  expect(tries().length).toBeGreaterThanOrEqual(40);
});

const textOf = async ({ origin, path }: Operation, { business }: Owner): Promise<string> => {
  const headers = { authorization: `Bearer ${business.key}` };
  return await (await fetch(`${origin}${path}`, { headers })).text();
};

test('lists and pages show a tenant nothing of another one, and what is public names none', async () => {
  await Promise.all(
    tries().map(async ({ operation, place }) =>
      realId(kindOf(operation.path, place) ?? 'contact', owner),
    ),
  );
  await tact.settled();
  const secrets = [owner.business.slug, ...owner.identities, ...(await owner.ids())].filter(
    // A read model is called alike for all.
    (text) => text !== 'block-likelihood' && text !== '1796014800-0123456789ab',
  );
  const shown: string[] = [];
  let seen = 0;
  const lists = operations.filter(({ method, places }) => method === 'GET' && places.length === 0);
  for (const operation of lists) {
    const text = await textOf(operation, stranger);
    shown.push(
      ...secrets
        .filter((one) => text.includes(one))
        .map((one) => `${operation.operationId} ${one}`),
    );
    const ownText = operation.isPublic ? '' : await textOf(operation, owner);
    if (secrets.some((one) => ownText.includes(one))) seen += 1;
  }
  expect(shown).toEqual([]);
  // So that nothing was looked for in vain.
  expect(seen).toBeGreaterThanOrEqual(5);
});

test('another tenant’s id answers like one that nobody has, on every route, and changes nothing', async () => {
  const made = await Promise.all(
    tries().map(async ({ operation, place }) => {
      const kind = kindOf(operation.path, place) ?? 'contact';
      const real = await realId(kind, owner);
      return { operation, place, real, random: randomId(kind, real) };
    }),
  );
  await tact.settled();
  const before = await stateOf(owner.business.slug);
  const rows: string[][] = [];
  const differing: unknown[] = [];
  const foreigns: string[] = [];
  for (const { operation, place, real, random } of made) {
    // At once: neither changes anything, as is looked at below.
    const [foreign, nobodys] = await Promise.all(
      [real, random].map((id) => ask({ operation, place, id }, asStranger)),
    );
    if (foreign === undefined || nobodys === undefined) throw new Error('An answer was lost.');
    const { operationId, method, path } = operation;
    foreigns.push(JSON.stringify(foreign));
    if (JSON.stringify(foreign) !== JSON.stringify(nobodys)) {
      differing.push({ operationId, place, foreign, nobodys });
    }
    rows.push([`${method} ${path}`, place, `${foreign.status}`, `${nobodys.status}`]);
  }
  expect(differing).toEqual([]);
  await tact.settled();
  expect(await stateOf(owner.business.slug)).toEqual(before);
  // Only now, because it changes what is asked for: the ids are real, so that the owner is answered otherwise.
  const alike: string[] = [];
  for (const [nth, { operation, place, real }] of made.entries()) {
    const answer = await ask({ operation, place, id: real }, asOwner);
    const { operationId, isOperators } = operation;
    const isExpected = isOperators || answersAlike.has(`${operationId} ${place}`);
    if (!isExpected && JSON.stringify(answer) === foreigns[nth])
      alike.push(`${operationId} ${place}: ${answer.status}`);
    rows[nth]?.push(`${answer.status}`);
  }
  expect(alike).toEqual([]);
  await keptAsPage(rows);
}, 60_000);
