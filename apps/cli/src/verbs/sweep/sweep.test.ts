import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Needle, type SweptKind } from '@tact/contracts';
import { TraceSearch } from '@tact/traces';
import { homeAt } from '../../home/home.ts';
import { TactClient } from '@tact/client';
import { inventCanary, proveSight } from './canary.ts';
import { sweepFiles } from './files.ts';
import { digest } from './findings.ts';
import { readIdentities } from './identities.ts';
import { sweepMails } from './mails.ts';
import { hitLines, needleLine, sweptLines } from './report.ts';
import { sharesOf, sweepServices } from './services.ts';

const phone: Needle = { kind: 'phone', value: '+33639980166' };
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tact-sweep-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a list of identities is read line by line, and a wrong line is named and not quoted', () => {
  const file = join(root, 'people.ndjson');
  writeFileSync(
    file,
    `${JSON.stringify(phone)}\n\n${JSON.stringify({ kind: 'name', value: 'x' })}\r\n`,
  );
  expect(readIdentities(file)).toEqual([phone, { kind: 'name', value: 'x' }]);
  writeFileSync(file, `${JSON.stringify(phone)}\n+33639980166\n`);
  const read = () => readIdentities(file);
  expect(read).toThrow('Line 2');
  expect(read).not.toThrow('39980166');
  expect(() => readIdentities(join(root, 'none'))).toThrow('cannot be read');
});

test('every file is looked through, also where a piece ends in the middle of a number', async () => {
  mkdirSync(join(root, 'postgres', 'data', 'pg_wal'), { recursive: true });
  mkdirSync(join(root, 'logs'));
  const edge = 4 * 1024 * 1024;
  const large = Buffer.alloc(2 * edge, 'x');
  large.write('+33639980166', edge - 5);
  writeFileSync(join(root, 'postgres', 'data', 'pg_wal', '01'), large);
  writeFileSync(join(root, 'logs', 'a.log'), 'nothing');
  writeFileSync(join(root, 'credentials.json'), '{}');
  symlinkSync('/etc', join(root, 'elsewhere'));
  const search = new TraceSearch([phone], digest);
  const reported: number[] = [];
  const swept = await sweepFiles(root, search, {
    begin: (bytes) => reported.push(bytes),
    advance: (bytes) => reported.push(-bytes),
  });
  expect(reported.reduce((sum, one) => sum + one, 0)).toBe(0);
  expect(Object.fromEntries(swept.map(({ name, group }) => [name, group]))).toEqual({
    'credentials.json': 'credentials (known secret)',
    'logs/a.log': 'logs',
    'postgres/data/pg_wal/01': 'PostgreSQL WAL files',
  });
  const [found] = swept.filter(({ hits }) => hits.length > 0);
  expect(found?.hits).toContainEqual({ needle: 0, variant: 'E.164, UTF-8', count: 1 });
  const lines = [...sweptLines(swept), ...hitLines(swept, [phone]), needleLine([phone], 0)];
  expect(lines.join('\n')).toContain('pg_wal/01  phone 1  E.164, UTF-8');
  expect(lines.join('\n')).not.toContain('39980166');
});

describe('services', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  type Fake = { database: string; log: string; blind?: boolean };
  /** As much of a service as a sweep meets; a blind one finds nothing. */
  const service = async (name: string, { database, log, blind = false }: Fake) => {
    const asked: { path: string; kinds?: SweptKind[]; cursor?: string }[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const path = `${request.method} ${request.url}`;
        const body = (text === '' ? {} : JSON.parse(text)) as { cursor?: string };
        asked.push({ path, ...body });
        const answer = answerTo(path, body, blind);
        response
          .writeHead(200)
          .end(JSON.stringify(path.startsWith('GET /v1') ? { database, log, places: [] } : answer));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const whatsapp = { appSecret: '', verifyToken: '', wabaIds: [] };
    const origin = `http://127.0.0.1:${port}`;
    return {
      asked,
      service: name,
      api: new TactClient({ origin, tenant: 'demo', apiKey: 'k', whatsapp }),
    };
  };
  const answerTo = (path: string, { cursor }: { cursor?: string }, blind: boolean): object => {
    if (path.endsWith('/canaries')) {
      return { canaryId: '1763632800-0123456789ab', table: 'shop.canary', topic: 'canary' };
    }
    if (!path.startsWith('POST')) return {};
    const hits = blind ? [] : [{ part: 'told', needle: 0, variant: 'E.164, UTF-8', count: 2 }];
    const place = { kind: 'table', name: 'shop.orders', items: 1, bytes: 10, hits };
    if (cursor !== undefined) return { places: [{ ...place, hits: [] }], done: 2, total: 2 };
    return { places: [place], done: 1, total: 2, nextCursor: 'on' };
  };

  test('that share a database or a log look through it once', async () => {
    const one = await service('one', { database: 'a', log: 'k' });
    const two = await service('two', { database: 'a', log: 'k' });
    const three = await service('three', { database: 'b', log: 'k' });
    const shares = await sharesOf([one, two, three]);
    expect(shares.map(({ service: name, kinds }) => [name, kinds])).toEqual([
      ['one', ['table', 'topic']],
      ['three', ['table']],
    ]);
  });

  test('are asked until they are through', async () => {
    const one = await service('one', { database: 'a', log: 'k' });
    const seen: number[] = [];
    const swept = await sweepServices(await sharesOf([one]), [phone], {
      note: (done) => seen.push(done),
    });
    expect(seen).toEqual([1, 2]);
    expect(swept.map(({ group, hits }) => [group, hits.length])).toEqual([
      ['tables of shop', 1],
      ['tables of shop', 0],
    ]);
    expect(one.asked.map(({ cursor }) => cursor)).toEqual([undefined, undefined, 'on']);
  });

  test('that do not find the canary make the sweep say that it is blind, and the canary is removed', async () => {
    mkdirSync(join(root, 'logs'));
    const one = await service('one', { database: 'a', log: 'a', blind: true });
    const proof = proveSight(homeAt(root), [one], await sharesOf([one]));
    await expect(proof).rejects.toThrow('blind in tables, topics');
    expect(one.asked.map(({ path }) => path)).toContain(
      'DELETE /v1/operations/sweep/canaries/1763632800-0123456789ab',
    );
    expect(
      (await sweepFiles(root, new TraceSearch([phone], digest))).map(({ name }) => name),
    ).toEqual([]);
  });
});

test('each canary is another person who never was', () => {
  const [one, other] = [inventCanary(), inventCanary()];
  expect(one.map(({ kind }) => kind)).toEqual(['phone', 'name', 'email', 'bsuid', 'wamid', 'text']);
  expect(one[0]?.value).toMatch(/^\+3363998\d{4}$/);
  for (const nth of [1, 2, 3, 4, 5]) expect(one[nth]?.value).not.toBe(other[nth]?.value);
  const wamid = Buffer.from(one[4]?.value.slice(6) ?? '', 'base64').toString('latin1');
  expect(wamid).toContain(one[0]?.value.slice(1));
});

test('mails in the memory of the sink are looked through, each whole', async () => {
  const summary = {
    id: '7',
    at: '2026-11-29T10:00:00.000Z',
    from: 'a@example.org',
    bytes: 1,
    to: ['b@example.org'],
    subject: 'x',
    headers: [],
    attachments: [],
  };
  const server = createServer((request, response) => {
    const isList = request.url === '/dev/mail.json';
    if (!isList && request.url !== '/dev/mail/7.json') return response.writeHead(404).end();
    return response.end(
      JSON.stringify(isList ? { items: [summary], dropped: 0 } : { text: 'call +33639980166' }),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const search = new TraceSearch([phone], digest);
  const swept = await sweepMails(`http://127.0.0.1:${port}`, search);
  await new Promise((done) => server.close(done));
  expect(swept.hits).toContainEqual({ needle: 0, variant: 'E.164, UTF-8', count: 1 });
  await expect(sweepMails(`http://127.0.0.1:${port}`, search)).rejects.toThrow('did not answer');
});
