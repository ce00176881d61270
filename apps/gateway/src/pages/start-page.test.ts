import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '@tact/platform/observability';
import { readConfig } from '../config.ts';
import { startGateway, type Gateway } from '../gateway.ts';

let gateway: Gateway;
let base: string;
beforeAll(async () => {
  // No service is there, and none is asked.
  const log = createLog({ service: 'gateway', level: 'silent' });
  gateway = await startGateway(readConfig({ PORT: '0', HOST: '127.0.0.1' }), log);
  base = `http://127.0.0.1:${gateway.port}`;
});
afterAll(() => gateway?.stop(0));

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const ask = async (path: string, headers: Record<string, string>, method = 'GET') => {
  const answer = await fetch(`${base}${path}`, { headers, method });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

test.each([
  ['fr-FR,fr;q=0.9', 'fr', 'Tact est en marche'],
  ['en', 'en', 'Tact runs here'],
  ['de', 'en', 'Tact runs here'],
])('a browser that asks for %s is shown what this is in %s', async (accepted, language, title) => {
  const { status, headers, text } = await ask('/', { ...browser, 'accept-language': accepted });
  expect([status, headers.get('content-language')]).toEqual([200, language]);
  expect(text).toContain(`<h1>${title}</h1>`);
  for (const path of ['/openapi.json', '/health/ready', '/.well-known/privacy-jwks.json']) {
    expect(text).toContain(`href="${path}"`);
  }
  expect(text).not.toContain('/dev/mail');
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(headers.get('cache-control')).toBe('no-store');
});

test('the language may be chosen, and HEAD is answered', async () => {
  const { text } = await ask('/?lang=fr', { ...browser, 'accept-language': 'en' });
  expect(text).toContain('<html lang="fr">');
  expect(await ask('/', browser, 'HEAD')).toMatchObject({ status: 200, text: '' });
});

test.each(['*/*', 'application/json', 'text/html, application/json'])(
  'a program that asks for %s is told in JSON',
  async (accept) => {
    const { status, text } = await ask('/', { accept });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ name: 'tact', openapi: '/openapi.json' });
  },
);

test('the mails of the embedded platform are named to this machine alone', async () => {
  gateway.moveTo({}, 'http://127.0.0.1:9');
  expect((await ask('/', browser)).text).toContain('href="/dev/mail"');
  const forwarded = { ...browser, 'x-forwarded-for': '198.51.100.7' };
  expect((await ask('/', forwarded)).text).not.toContain('/dev/mail');
  gateway.moveTo({});
});

test.each([
  ['/nowhere', 404, 'Cette page n’existe pas'],
  ['/v1/models', 503, 'Pas de réponse pour le moment'],
])(
  'a problem at %s is a page for a browser and JSON for a program',
  async (path, status, title) => {
    const page = await ask(path, { ...browser, 'accept-language': 'fr' });
    expect([page.status, page.headers.get('content-type')]).toEqual([
      status,
      'text/html; charset=utf-8',
    ]);
    expect(page.text).toContain(`<h1>${title}</h1>`);
    const program = await ask(path, { accept: '*/*' });
    expect(JSON.parse(program.text)).toMatchObject({ status });
  },
);
