import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { TactClient } from '@tact/client';
import { Refusal } from '../../terminal/refusal.ts';
import { terminalOn } from '../../terminal/terminal.ts';
import { addTenants } from './add-tenants.ts';

const bases = {
  'signal-analysis': 'consent',
  'service-message': 'contract',
  marketing: 'consent',
  feedback: 'consent',
};
const view = {
  slug: 'acme',
  name: 'Acme',
  defaultCountry: 'FR',
  defaultZone: 'Europe/Paris',
  languages: ['fr'],
  lawfulBasis: bases,
  version: 3,
  dpo: { name: 'Ana Lefort', email: 'dpo@example.com' },
  whatsapp: {
    wabaIds: ['7001'],
    senders: ['7002'],
    hasAppSecret: true,
    hasVerifyToken: true,
    webhookPath: '/v1/webhooks/whatsapp/acme',
    isOfInstallation: false,
  },
  createdAt: '2026-11-20T10:00:00.000Z',
  changedAt: '2026-11-20T10:00:00.000Z',
};

let server: Server;
let folder: string;
let asked: { method: string; path: string; body: unknown }[];
let answers: Record<string, object>;
let said: string;

beforeEach(async () => {
  [asked, answers, said] = [[], {}, ''];
  folder = mkdtempSync(join(tmpdir(), 'tact-tenants-'));
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      asked.push({ method, path: url, body });
      const answer = answers[`${method} ${url}`];
      response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const tact = async (...words: string[]): Promise<void> => {
  const { port } = server.address() as { port: number };
  const whatsapp = { appSecret: 'a', verifyToken: 'b', wabaIds: ['1'] };
  const origin = `http://127.0.0.1:${port}`;
  const api = new TactClient({ origin, tenant: 'demo', apiKey: 'tact_demo_old', whatsapp });
  const terminal = terminalOn({ write: (text: string) => (said += text) });
  const program = new Command('tact').exitOverride();
  addTenants(program, () => ({ api, terminal }));
  await program.parseAsync(['node', 'tact', 'tenants', ...words]);
};
const fileOf = (content: object): string => {
  const file = join(folder, 'whatsapp.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
};

test('create asks with what is said, and shows the key once', async () => {
  const key = { keyId: 'ak_00112233445566778899', scopes: ['admin'], apiKey: 'tact_demo_first' };
  answers['POST /v1/tenants'] = { ...view, ...key };
  const account = {
    appSecret: 'the-app-secret',
    verifyToken: 'the-verify-token',
    wabaIds: ['7001'],
  };
  const flags = ['--languages', 'fr', '--dpo-name', 'Ana Lefort', '--dpo-email', 'dpo@example.com'];
  const required = ['--name', 'Acme', '--country', 'FR', '--whatsapp', fileOf(account)];
  await tact('create', 'acme', ...required, ...flags);
  expect(asked).toMatchObject([
    {
      body: {
        slug: 'acme',
        name: 'Acme',
        defaultCountry: 'FR',
        languages: ['fr'],
        dpo: view.dpo,
        whatsapp: account,
      },
    },
  ]);
  expect(said.split('\n')[0]).toBe('tact_demo_first');
  expect(said).toContain('POST /v1/webhooks/whatsapp/acme');
  expect(said).not.toMatch(/the-app-secret|the-verify-token/);
});

test('update changes what is named, keeps the rest, and names no secret there is', async () => {
  answers['GET /v1/tenants/acme'] = view;
  answers['PUT /v1/tenants/acme'] = view;
  await tact('update', 'acme', '--name', 'Acme SA');
  const { wabaIds, senders } = view.whatsapp;
  expect(asked[1]?.body).toEqual({
    name: 'Acme SA',
    defaultCountry: 'FR',
    defaultZone: 'Europe/Paris',
    languages: ['fr'],
    lawfulBasis: bases,
    expectedVersion: 3,
    dpo: view.dpo,
    whatsapp: { wabaIds, senders },
  });
  await tact('update', 'acme', '--country', 'BE', '--no-whatsapp');
  expect(asked[3]?.body).toHaveProperty('whatsapp', null);
  expect(asked[3]?.body).not.toHaveProperty('defaultZone');
});

test('where a business is reached and answered is said, shown, and kept by what names something else', async () => {
  const contact = { postalAddress: '4 rue des Lilas', email: 'hello@example.com' };
  const known = { ...view, contact, replyTo: 'answers@example.com' };
  answers['GET /v1/tenants/acme'] = known;
  answers['PUT /v1/tenants/acme'] = known;
  await tact('update', 'acme', '--contact-phone', '+33 6 39 98 00 00', '--dpo-name', 'Noe Petit');
  expect(asked[1]?.body).toMatchObject({
    contact: { ...contact, phone: '+33 6 39 98 00 00' },
    replyTo: 'answers@example.com',
    dpo: { name: 'Noe Petit', email: 'dpo@example.com' },
  });
  expect(said).toContain('contact    4 rue des Lilas, hello@example.com');
  expect(said).toContain('answers    answers@example.com');
  answers['GET /v1/tenants/acme'] = view;
  await tact('update', 'acme', '--contact-email', 'a@example.com', '--reply-to', 'b@example.com');
  expect(asked[3]?.body).toMatchObject({
    contact: { email: 'a@example.com' },
    replyTo: 'b@example.com',
  });
  await expect(tact('update', 'acme', '--contact-phone', '+33 6 39 98 00 00')).rejects.toThrow(
    /^contact: Give a postal address/,
  );
});

test('the account of the installation is not said as the tenant’s own', async () => {
  answers['GET /v1/tenants/acme'] = {
    ...view,
    whatsapp: { ...view.whatsapp, isOfInstallation: true },
  };
  answers['PUT /v1/tenants/acme'] = view;
  await tact('update', 'acme', '--name', 'Acme SA');
  expect(asked[1]?.body).not.toHaveProperty('whatsapp');
});

test('a wrong value is refused before anything is asked, with its place', async () => {
  const create = ['create', 'acme', '--name', 'Acme', '--country'];
  await expect(tact(...create, 'France')).rejects.toThrow(/^defaultCountry: Give the ISO 3166/);
  await expect(tact(...create, 'FR', '--whatsapp', join(folder, 'none'))).rejects.toThrow(Refusal);
  answers['GET /v1/tenants/acme'] = view;
  await expect(tact('update', 'acme')).rejects.toThrow('Say what is to change.');
  expect(asked).toEqual([]);
});

test('show and list tell how tenants are set up', async () => {
  answers['GET /v1/tenants/acme'] = view;
  answers['GET /v1/tenants?limit=200'] = { items: [view], nextCursor: 'abc' };
  answers['GET /v1/tenants?limit=200&cursor=abc'] = { items: [{ ...view, slug: 'zeta' }] };
  await tact('show', 'acme');
  expect(said).toMatch(/secrets are set/);
  await tact('list');
  expect(said).toMatch(/^acme .*\n.*^zeta /ms);
});

test('new-key shows another first key, and where its text was lost says so', async () => {
  const drawn = { keyId: `ak_${'1'.repeat(20)}`, scopes: ['admin'] };
  answers['POST /v1/tenants/acme/keys'] = { ...drawn, apiKey: 'tact_demo_again' };
  await tact('new-key', 'acme');
  expect(said.split('\n')[0]).toBe('tact_demo_again');
  answers['POST /v1/tenants/acme/keys'] = drawn;
  await expect(tact('new-key', 'acme')).rejects.toThrow('lost');
});
