import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TactClient } from '@tact/client';
import { terminalOn } from '../../terminal/terminal.ts';
import { addStaff } from './add-staff.ts';
import { consoleLogin } from './console-login.ts';
import { dismissStaff } from './dismiss-staff.ts';
import { eraseStaff } from './erase-staff.ts';
import { listStaff } from './list-staff.ts';

const view = {
  staffId: `st_${'1'.repeat(32)}`,
  name: 'Inès Martin',
  email: 'ines@example.org',
  roles: ['agent'],
  scopes: ['contacts:read'],
  language: 'fr',
  state: 'active',
  addedAt: '2026-11-30T10:00:00.000Z',
  isOwn: false,
};
const code = 'c'.repeat(43);
const link = { staffId: view.staffId, code, expiresAt: '2026-11-30T10:15:00.000Z' };

let server: Server;
let asked: { call: string; body: unknown }[];
let answers: Record<string, object>;
let said: string;
const terminal = terminalOn({ write: (text: string) => (said += text) });
let api: TactClient;
let origin: string;

beforeEach(async () => {
  [asked, answers, said] = [[], {}, ''];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const call = `${request.method} ${request.url}`;
      asked.push({ call, body: text === '' ? undefined : JSON.parse(text) });
      const answer = answers[call];
      response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  origin = `http://127.0.0.1:${port}`;
  const whatsapp = { appSecret: 'a', verifyToken: 'b', wabaIds: ['1'] };
  api = new TactClient({ origin, tenant: 'demo', apiKey: 'tact_demo_x', whatsapp });
});
afterEach(() => void server.close());

test('add says the id and what the roles open, and which roles there are when it knows one not', async () => {
  answers['POST /v1/staff'] = view;
  const options = { name: 'Inès Martin', email: 'ines@example.org', language: 'fr' };
  await addStaff({ ...options, roles: 'agent, crm-ops' }, { api, terminal });
  expect(asked[0]?.body).toEqual({ ...options, roles: ['agent', 'crm-ops'] });
  expect(said).toContain(`${view.staffId}\n  may contacts:read`);
  const wrong = addStaff({ ...options, roles: 'boss' }, { api, terminal });
  await expect(wrong).rejects.toThrow('crm-ops');
});

test('list goes through all pages, and says of whom nothing is left', async () => {
  answers['GET /v1/staff?limit=200'] = { items: [view], nextCursor: 'abc' };
  const { name: _, email: __, ...erased } = { ...view, staffId: `st_${'2'.repeat(32)}` };
  answers['GET /v1/staff?limit=200&cursor=abc'] = { items: [{ ...erased, state: 'dismissed' }] };
  await listStaff({ api, terminal });
  expect(said).toContain('Inès Martin');
  expect(said).toMatch(/st_2+ +erased +dismissed/);
});

test('dismiss forces only when it is told to', async () => {
  const dismissed = {
    ...view,
    state: 'dismissed',
    dismissedAt: '2026-11-30T11:00:00.000Z',
    endedKeyIds: ['ak_0123456789abcdef0123'],
  };
  answers[`DELETE /v1/staff/${view.staffId}?force=true`] = dismissed;
  await dismissStaff({ staffId: view.staffId, force: true }, { api, terminal });
  expect(said).toContain('dismissed at 2026-11-30T11');
});

test('erase says when they were erased', async () => {
  const erasedAt = '2026-11-30T12:00:00.000Z';
  const { name: _, email: __, ...left } = { ...view, state: 'dismissed', erasedAt };
  answers[`POST /v1/staff/${view.staffId}/erasure`] = left;
  await eraseStaff(view.staffId, { api, terminal });
  expect(said).toContain(`${view.staffId} was erased at ${erasedAt}`);
});

test('console-login takes its own people alone, and no colleague of that role', async () => {
  const colleague = { ...view, staffId: `st_${'3'.repeat(32)}` };
  answers['GET /v1/staff?limit=200'] = { items: [colleague, { ...view, isDemo: true }] };
  answers['POST /v1/login-links'] = link;
  await consoleLogin({ role: 'agent' }, { api, terminal });
  expect(asked.at(-1)?.body).toEqual({ staffId: view.staffId });
  expect(said).toContain(`${origin}/console#login=${code}\n`);
});

test('console-login invents somebody where no invented one has the role, and knows no other roles', async () => {
  answers['GET /v1/staff?limit=200'] = { items: [view] };
  answers['POST /v1/staff'] = view;
  answers['POST /v1/login-links'] = link;
  await consoleLogin({ role: 'agent' }, { api, terminal });
  expect(asked[1]).toMatchObject({
    call: 'POST /v1/staff',
    body: { roles: ['agent'], isDemo: true },
  });
  const wrong = consoleLogin({ role: 'boss' }, { api, terminal });
  await expect(wrong).rejects.toThrow('compliance');
});
