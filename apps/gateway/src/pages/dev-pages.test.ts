import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '@tact/platform/observability';
import { readConfig } from '../config.ts';
import { startGateway, type Gateway } from '../gateway.ts';

let sink: Server;
let gateway: Gateway;
let base: string;
let asked: string[] = [];

beforeAll(async () => {
  sink = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host}`);
    response.writeHead(200, {
      'content-type': 'text/html',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-frame-options': 'SAMEORIGIN',
      'set-cookie': 'a=b',
    });
    response.end('<p>mail</p>');
  });
  await new Promise<void>((done) => sink.listen(0, '127.0.0.1', done));
  const log = createLog({ service: 'gateway', level: 'silent' });
  gateway = await startGateway(readConfig({ PORT: '0', HOST: '127.0.0.1' }), log);
  base = `http://127.0.0.1:${gateway.port}`;
});
afterAll(async () => {
  await gateway?.stop(0);
  await new Promise((done) => sink?.close(done));
});

const origin = () => `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
const paths = [
  '/dev/mail',
  '/dev/mail.json',
  '/dev/mail/1',
  '/dev/mail/1.json',
  '/dev/mail/1/html',
];
const statusOf = async (path: string, init?: RequestInit) =>
  (await fetch(`${base}${path}`, init)).status;

test('where nobody tells of a sink there are no such pages', async () => {
  for (const path of paths) expect(await statusOf(path)).toBe(404);
  expect(asked).toEqual([]);
});

test('where the supervisor tells of one they are shown as it gives them, to this machine alone', async () => {
  gateway.moveTo({}, origin());
  const host = new URL(base).host;
  for (const path of paths) expect(await statusOf(path)).toBe(200);
  expect(asked).toEqual(paths.map((path) => `GET ${path} ${host}`));
  asked = [];
  const { headers } = await fetch(`${base}/dev/mail/1/html`);
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
  expect(headers.get('set-cookie')).toBeNull();
  expect(headers.get('cache-control')).toBe('no-store');
  asked = [];
  // Somebody else's request, passed on by a program of this machine.
  const forwarded = { headers: { 'x-forwarded-for': '198.51.100.7' } };
  expect(await statusOf('/dev/mail', forwarded)).toBe(404);
  expect(await statusOf('/dev/mail', { method: 'POST', body: 'x' })).toBe(405);
  for (const path of ['/dev', '/dev/mails', '/dev/mail/1/raw', '/dev/mail/1/html/x']) {
    expect(await statusOf(path)).toBe(404);
  }
  expect(asked).toEqual([]);
});

test('a sink that is away is no defect of ours', async () => {
  gateway.moveTo({}, 'http://127.0.0.1:9');
  expect(await statusOf('/dev/mail')).toBe(503);
  gateway.moveTo({});
  expect(await statusOf('/dev/mail')).toBe(404);
});
