import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AuditPage } from '@tact/contracts';
import { TactClient } from '@tact/client';
import { homeAt } from '../../home/home.ts';
import { terminalOn } from '../../terminal/terminal.ts';
import { verifyAudit } from '../verify/verify-audit.ts';
import { exportAudit } from './export-audit.ts';
import { listAudit } from './list-audit.ts';

const contactId = `ct_${'0a'.repeat(16)}`;
const event = {
  seq: 7,
  at: '2026-11-30T05:00:00.000Z',
  act: 'contact-merge-proposed',
  text: { fr: 'Fusion de contacts proposée', en: 'Merge of contacts proposed' },
  actor: 'ak_0123456789abcdef0123',
  eventId: '0193a1b2-0000-7000-8000-000000000001',
  source: 'ingestion',
  hash: 'ab'.repeat(32),
};
const page: AuditPage = {
  items: [
    { ...event, subject: contactId, reason: 'the same voice' },
    { ...event, seq: 6 },
    {
      ...event,
      seq: 5,
      actor: 'system:oidc:login.acme.example',
      about: 'desk',
      changed: ['+compliance', '-agent'],
    },
    { ...event, seq: 4, about: 'block-likelihoods', shown: 50 },
  ],
};
const exported = [
  { kind: 'chain', format: 'tact-audit-1', tenant: 'demo' },
  { kind: 'entry', entry: { seq: 1 }, hash: 'x' },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');

let server: Server;
let folder: string;
let asked: string[];
let said: string;
let api: TactClient;
const terminal = terminalOn({ write: (text: string) => (said += text) });

beforeEach(async () => {
  [asked, said] = [[], ''];
  folder = mkdtempSync(join(tmpdir(), 'tact-audit-'));
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(request.url?.endsWith('/export') ? exported : JSON.stringify(page));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const credentials = {
    origin: `http://127.0.0.1:${port}`,
    tenant: 'demo',
    apiKey: 'tact_demo_key',
    whatsapp: { appSecret: 'a', verifyToken: 'b', wabaIds: ['1'] },
  };
  api = new TactClient(credentials);
  writeFileSync(join(folder, 'credentials.json'), JSON.stringify(credentials));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('list says who did what, to whom and why; of an erased person, that it was done', async () => {
  await listAudit({ limit: '2', subject: contactId }, { api, terminal });
  expect(asked).toEqual([`/v1/audit-events?limit=2&subject=${contactId}`]);
  expect(said).toMatch(
    /7 +2026-11-30T05:00:00.000Z +ak_0123456789abcdef0123 +Merge of contacts proposed +ct_(?:0a)+ +the same voice/,
  );
  expect(said).toMatch(/6 .*\(erased\)/);
  expect(said).toMatch(/5 .*system:oidc:login\.acme\.example .* desk \+compliance -agent/);
  expect(said).toMatch(/4 .* block-likelihoods \(50\)/);
});

test('export writes a file that its owner alone reads, and verify-audit reads that', async () => {
  const file = join(folder, 'audit.ndjson');
  await exportAudit(file, { api, terminal });
  expect(readFileSync(file, 'utf8')).toBe(exported);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(said).toBe(`1 entries in ${file}: tact verify-audit ${file} checks them.\n`);
  const jwks = join(folder, 'jwks.json');
  writeFileSync(jwks, '{"keys":[]}');
  const parts = { home: homeAt(folder), terminal };
  const found = 'The audit does not hold. Line 2 is not of the published form of an export.';
  await expect(verifyAudit({ file, jwks }, parts)).rejects.toThrow(found);
  // Without a file it is the one of the platform that runs here.
  await expect(verifyAudit({ file: undefined, jwks }, parts)).rejects.toThrow(found);
  await expect(verifyAudit({ file, jwks, earlier: 'nowhere' }, parts)).rejects.toThrow(
    'nowhere cannot be read.',
  );
});
