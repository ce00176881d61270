import { randomInt, randomUUID } from 'node:crypto';
import { exampleProof } from '@tact/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApiKeys, Database, type RunningService, Vault } from '@tact/platform';
import { migratedDatabase } from '../../../../packages/testing/src/migrated-database.ts';
import type { TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { outreachService } from '../outreach-service.ts';
import { bootOutreach } from '../testing/boot-outreach.ts';

let server: TestDatabase;
let home: string;
let service: RunningService;
let own: string;
let stranger: string;

beforeAll(async () => {
  server = await migratedDatabase(outreachService);
  home = await mkdtemp(join(tmpdir(), 'tact-named-'));
  service = await bootOutreach(server.url, home);
  const keyOf = async (tenantId: string) =>
    (await service.app.get(ApiKeys).create({ tenantId, scopes: ['admin'], label: 'test' })).key;
  [own, stranger] = [await keyOf('demo'), await keyOf('other')];
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const post = (path: string, payload: object, key = own) => {
  const headers = { authorization: `Bearer ${key}` };
  return service.app.inject({ method: 'POST', url: path, headers, payload });
};
const statement = {
  purpose: 'marketing',
  channel: 'whatsapp',
  at: '2026-01-05T09:00:00Z',
  proof: exampleProof,
};
const witness = { name: 'Inès Martin', method: 'in-person', evidence: 'visit book' };
const routes: readonly (readonly [path: string, body: object])[] = [
  ['/v1/contact-decisions', { channel: 'whatsapp', purpose: 'marketing' }],
  ['/v1/consents', statement],
  ['/v1/consents/withdrawals', statement],
  ['/v1/consents/reopenings', { ...statement, witness }],
];

const someone = async () => {
  const names = {
    crmId: randomUUID(),
    phone: `+3363998${randomInt(10_000).toString().padStart(4, '0')}`,
    bsuid: `FR.${randomUUID()}`,
    email: `${randomUUID()}@example.com`,
  };
  const known = await service.app
    .get(Database)
    .transaction((tx) => service.app.get(Vault).register(tx, 'demo', names));
  if ('conflict' in known) throw new Error('drawn names are nobody else’s');
  return { ...known, names };
};

test.each(routes)('%s takes each name of a contact for its id', async (path, body) => {
  const { contactId, names } = await someone();
  const byId = await post(path, { contactId, ...body });
  expect(byId.statusCode).toBeLessThan(300);
  for (const [kind, name] of Object.entries(names)) {
    const named = await post(path, { contact: { [kind]: name }, ...body });
    expect(named.statusCode).toBe(byId.statusCode);
  }
  // All of them came to the one person.
  const stream = await post('/v1/contact-decisions', { contactId, ...routes[0]?.[1] });
  expect(stream.json<{ streamVersion: number }>().streamVersion).toBeGreaterThan(5);
});

test.each(routes)('%s asks for one way of naming, and for one name', async (path, body) => {
  const { contactId, names } = await someone();
  const { crmId, email } = names;
  for (const naming of [
    {},
    { contactId, contact: { crmId } },
    { contact: {} },
    { contact: { crmId, email } },
    { contact: { parentBsuid: 'FR.ENT.12345' } },
  ]) {
    expect((await post(path, { ...naming, ...body })).statusCode).toBe(400);
  }
  const national = await post(path, { contact: { phone: '06 39 98 01 01' }, ...body });
  expect(national.statusCode).toBe(400);
  expect(national.body).toContain('/contact/phone');
  expect(national.body).not.toContain('98 01 01');
  const placeholder = await post(path, { contact: { email: 'none@none.com' }, ...body });
  expect(placeholder.statusCode).toBe(422);
});

test.each(routes)('%s knows nobody of another tenant by name, as by id', async (path, body) => {
  const { contactId, names } = await someone();
  const unknown = await post(path, { contactId: `ct_${'0'.repeat(32)}`, ...body });
  const answers = [
    await post(path, { contactId, ...body }, stranger),
    await post(path, { contact: { crmId: randomUUID() }, ...body }),
    ...(await Promise.all(
      Object.entries(names).map(([kind, name]) =>
        post(path, { contact: { [kind]: name }, ...body }, stranger),
      ),
    )),
  ];
  const alike = (answer: { json(): object }) => ({
    ...answer.json(),
    traceId: '',
    instance: '',
  });
  for (const answer of answers) expect(alike(answer)).toEqual(alike(unknown));
});
