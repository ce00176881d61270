import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { TactClient } from '@tact/client';
import { importLines, type ImportPreview, ImportType } from '@tact/contracts';
import { terminalOn } from '../../terminal/terminal.ts';
import { previewFile } from './preview-file.ts';
import { printTemplate, templates } from './templates.ts';

const whatsapp = { appSecret: 'ours', verifyToken: 'our token', wabaIds: ['1'] };
let folder: string;
let server: Server | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tact-preview-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => void server?.close());

const preview: ImportPreview = {
  type: 'contacts',
  file: {
    encoding: 'windows-1252',
    separator: 'semicolon',
    mapping: 'hubspot',
    skipped: { blank: 2, footer: 5, header: 0 },
    leftOut: ['First Name'],
  },
  columns: [{ column: 'Record ID', field: 'identities.link.id' }],
  counts: { create: 1, update: 0, unchanged: 0, accept: 0, conflict: 1, reject: 1 },
  lines: [
    { line: 2, outcome: 'create' },
    {
      line: 3,
      outcome: 'reject',
      errors: [
        { pointer: '/identities/phone', message: 'Say its country.', column: 'Phone Number' },
      ],
    },
    { line: 4, outcome: 'conflict' },
  ],
  isCut: true,
};

const platform = async () => {
  const seen: string[] = [];
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
    request.resume().on('end', () => response.writeHead(200).end(JSON.stringify(preview)));
  });
  await new Promise<void>((resolve) => {
    server?.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  const credentials = { tenant: 'demo', apiKey: 'key', whatsapp };
  const api = new TactClient({ ...credentials, origin: `http://127.0.0.1:${port}` });
  let shown = '';
  const terminal = terminalOn({ write: (text) => (shown += text) });
  return { api, terminal, seen, shown: () => shown };
};

test('a preview is shown for a terminal: what the file is, what goes where, what would happen', async () => {
  const file = join(folder, 'people.csv');
  writeFileSync(file, 'Record ID;First Name\n501;Ines\n');
  const { seen, shown, ...running } = await platform();
  const flags = { type: 'contacts', csv: false, country: 'FR', mapping: 'hubspot' };
  await expect(previewFile(file, flags, running)).rejects.toThrow('2 of 3 rows would not be taken');
  expect(seen).toEqual([
    'POST /v1/imports/previews?type=contacts&country=FR&mapping=hubspot text/csv',
  ]);
  for (const text of [
    'people.csv: 3 rows, the first ones of more; nothing is written',
    'read as Windows-1252, cut by semicolon, as an export of hubspot',
    'skipped: 2 empty rows, 5 rows of a footer',
    'columns left out: First Name',
    'Record ID  identities.link.id',
    '1 would be created',
    'line 3: "Phone Number" Say its country.',
    'line 4: in conflict',
  ]) {
    expect(shown()).toContain(text);
  }
});

describe('templates', () => {
  test.each(ImportType.options)('%s: each row is a line of the type', (type) => {
    const [header = '', ...rows] = templates[type];
    for (const row of rows) {
      const line: Record<string, unknown> = {};
      for (const [nth, cell] of row.split(',').entries()) {
        if (cell === '') continue;
        const [outer = '', inner] = (header.split(',')[nth] ?? '').split('.');
        const value =
          outer === 'code' ? Number(cell) : cell.replace('+01:00', 'Z').replace(' +', '+');
        if (inner === undefined) line[outer] = value;
        else line[outer] = { ...(line[outer] as object | undefined), [inner]: value };
      }
      expect(importLines[type].safeParse(line).error?.issues).toBeUndefined();
    }
  });

  test('are printed, and of a type there is not refused', () => {
    let shown = '';
    const terminal = terminalOn({ write: (text) => (shown += text) });
    printTemplate('contacts', terminal);
    expect(shown.split('\n')[0]).toContain('identities.phone');
    expect(() => printTemplate('people', terminal)).toThrow('contacts, consents, signals');
  });
});
