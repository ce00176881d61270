import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Credentials } from '@tact/contracts';
import { homeAt, writePrivate, type Home } from '../../home/home.ts';
import { TactClient } from '@tact/client';
import { terminalOn } from '../../terminal/terminal.ts';
import { createKey } from './create-key.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';
import { rotateKey } from './rotate-key.ts';

type Asked = { method: string; path: string; body: unknown; idempotencyKey: unknown };

const view = {
  keyId: 'ak_00112233445566778899',
  label: 'shop',
  scopes: ['scores:read'],
  state: 'active',
  createdAt: '2026-11-20T10:00:00.000Z',
  isOwn: false,
};
const made = { ...view, key: 'tact_demo_made' };

let server: Server;
let home: Home;
let asked: Asked[];
let answers: Record<string, object>;
let said: string;
const terminal = terminalOn({ write: (text: string) => (said += text) });
let api: TactClient;

beforeEach(async () => {
  [asked, answers, said] = [[], {}, ''];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      asked.push({ method, path: url, body, idempotencyKey: headers['idempotency-key'] });
      const answer = answers[`${method} ${url}`];
      response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  home = homeAt(mkdtempSync(join(tmpdir(), 'tact-keys-')));
  const credentials: Credentials = {
    origin: `http://127.0.0.1:${port}`,
    tenant: 'demo',
    apiKey: 'tact_demo_old',
    whatsapp: { appSecret: 'a', verifyToken: 'b', wabaIds: ['1'] },
  };
  writePrivate(home.credentials, JSON.stringify(credentials));
  api = new TactClient(credentials);
});
afterEach(() => {
  server.close();
  rmSync(home.root, { recursive: true, force: true });
});

test('create prints the key, and the same words twice are two keys', async () => {
  answers['POST /v1/api-keys'] = made;
  const options = { label: 'shop', scopes: 'scores:read, contacts:write' };
  await createKey(options, { api, terminal });
  await createKey(options, { api, terminal });
  expect(said).toContain('tact_demo_made\n');
  expect(asked[0]?.body).toEqual({ label: 'shop', scopes: ['scores:read', 'contacts:write'] });
  expect(asked[0]?.idempotencyKey).not.toBe(asked[1]?.idempotencyKey);
});

test('create says which scopes there are when it does not know one', async () => {
  const wrong = createKey({ label: 'shop', scopes: 'scores' }, { api, terminal });
  await expect(wrong).rejects.toThrow('scores:read');
  expect(asked).toEqual([]);
});

test('list goes through all pages', async () => {
  answers['GET /v1/api-keys?limit=200'] = { items: [view], nextCursor: 'abc' };
  const second = { ...view, keyId: 'ak_99887766554433221100', isOwn: true };
  answers['GET /v1/api-keys?limit=200&cursor=abc'] = { items: [second] };
  await listKeys({ api, terminal });
  expect(said.split('\n').filter((line) => line.startsWith('ak_'))).toHaveLength(2);
  expect(said).toContain('in use here');
  expect(said).toContain('never');
});

test('rotate of the key in use keeps the successor in credentials.json, for its owner alone', async () => {
  // The id follows from the text of the key at hand: `printf %s tact_demo_old | sha256sum`.
  const keyId = `ak_${createHash('sha256').update('tact_demo_old').digest('hex').slice(0, 20)}`;
  const replaced = { ...view, keyId, isOwn: true, expiresAt: '2026-11-21T10:00:00.000Z' };
  answers[`POST /v1/api-keys/${keyId}/rotate`] = { ...made, replaced };
  await rotateKey({ keyId: undefined, overlap: '60' }, { api, terminal, home });
  expect(asked[0]?.body).toEqual({ overlapSeconds: 60 });
  const kept = JSON.parse(readFileSync(home.credentials, 'utf8')) as Credentials;
  expect(kept.apiKey).toBe('tact_demo_made');
  expect(statSync(home.credentials).mode & 0o777).toBe(0o600);
});

test('rotate of another key leaves the credentials alone', async () => {
  const replaced = { ...view, keyId: 'ak_99887766554433221100', expiresAt: view.createdAt };
  answers[`POST /v1/api-keys/${replaced.keyId}/rotate`] = { ...made, replaced };
  await rotateKey({ keyId: replaced.keyId, overlap: '0' }, { api, terminal, home });
  expect(said).toContain('tact_demo_made');
  const kept = JSON.parse(readFileSync(home.credentials, 'utf8')) as Credentials;
  expect(kept.apiKey).toBe('tact_demo_old');
  const wrong = rotateKey({ keyId: replaced.keyId, overlap: 'soon' }, { api, terminal, home });
  await expect(wrong).rejects.toThrow('seconds');
});

test('revoke forces only when it is told to', async () => {
  const revoked = { ...view, state: 'revoked', revokedAt: '2026-11-20T11:00:00.000Z' };
  answers[`DELETE /v1/api-keys/${view.keyId}?force=true`] = revoked;
  await revokeKey({ keyId: view.keyId, force: true }, { api, terminal });
  expect(said).toContain('revoked since 2026-11-20T11');
  const refused = revokeKey({ keyId: view.keyId, force: false }, { api, terminal });
  await expect(refused).rejects.toThrow('404');
});
