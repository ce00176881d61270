import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { importFile } from './import-file.ts';
import { TactClient } from '@tact/client';
import { terminalOn } from '../../terminal/terminal.ts';

const importId = 'im_0123456789abcdef';
const whatsapp = { appSecret: 'ours', verifyToken: 'our token', wabaIds: ['1'] };
let folder: string;
let server: Server;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tact-import-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => void server?.close());

/** As much of the platform as an import meets: it is done at the second look. */
const platform = async (rejected: number) => {
  const seen: string[] = [];
  let looks = 0;
  server = createServer((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    seen.push(`${request.method} ${request.url} ${request.headers['content-type'] ?? ''}`.trim());
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => {
      if (request.method === 'POST') {
        seen.push(`${bytes} bytes`);
        return answer(202, { importId, type: 'contacts', state: 'processing' });
      }
      if (request.url?.endsWith('/errors')) {
        const errors = [{ pointer: '/id', message: 'Expected string.' }];
        return answer(200, `${JSON.stringify({ line: 3, errors })}\n`.repeat(rejected));
      }
      looks += 1;
      const isDone = looks > 1;
      const lines = { read: 9, accepted: isDone ? 9 - rejected : 2, duplicate: 0 };
      return answer(200, {
        importId,
        type: 'contacts',
        state: isDone ? 'finished' : 'processing',
        bytesReceived: bytes,
        rate: 5,
        lines: { ...lines, rejected: isDone ? rejected : 0 },
        startedAt: '2026-11-20T10:00:00.000Z',
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  const credentials = { tenant: 'demo', apiKey: 'key', whatsapp };
  const api = new TactClient({ ...credentials, origin: `http://127.0.0.1:${port}` });
  let shown = '';
  const terminal = terminalOn({ write: (text) => (shown += text) });
  return { api, terminal, seen, shown: () => shown };
};

const fileOf = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

test('a file is sent as it is and followed to its last line', async () => {
  const { seen, shown, ...running } = await platform(0);
  const file = fileOf('people.ndjson', 'x'.repeat(200_000));
  await importFile(file, { type: 'contacts', csv: false }, running);
  expect(seen.slice(0, 2)).toEqual([
    'POST /v1/imports?type=contacts application/x-ndjson',
    '200000 bytes',
  ]);
  expect(seen.filter((one) => one.startsWith('GET'))).toHaveLength(2);
  expect(shown()).toContain(`${importId}: 9 lines, 9 accepted`);
});

test('rejected lines are shown, counted, and fail the command', async () => {
  const { shown, seen, ...running } = await platform(2);
  const file = fileOf('people.csv', 'id\n');
  const importing = importFile(file, { type: 'contacts', csv: false }, running);
  await expect(importing).rejects.toThrow('2 of 9 lines were rejected.');
  expect(seen[0]).toContain('text/csv');
  expect(shown()).toContain('line 3: /id Expected string.');
});

test('what cannot be sent is one sentence', async () => {
  const { seen: _, shown: __, ...running } = await platform(0);
  const missing = importFile('/nowhere/x', { type: 'contacts', csv: false }, running);
  await expect(missing).rejects.toThrow('/nowhere/x cannot be read');
  const unknown = importFile('/nowhere/x', { type: 'people', csv: false }, running);
  await expect(unknown).rejects.toThrow('contacts, consents, signals');
});
