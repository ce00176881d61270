import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Req, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem } from '@tact/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createLog } from '../../observability/logger.ts';
import { Metrics } from '../../observability/metrics.ts';
import { Button, Form, h, TextField } from '../../pages/index.ts';
import { Public, RequireScope } from '../access/access-decorators.ts';
import { createHttpApp } from '../http-app.ts';
import type { FormFields } from './form-fields.ts';
import { FormTokens } from './form-tokens.ts';
import { FORM_BYTES_MAX, PageRoute } from './page-route.ts';
import { Pages } from './pages.ts';

const forms = new FormTokens({ derive: (purpose) => Buffer.from(purpose) });
const pages = new Pages();
const changes: FormFields[] = [];

@Public()
@Controller('u')
class WayOutController {
  @Get(':token')
  @PageRoute()
  async look(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const language = pages.languageOf(request, 'fr');
    const errors = [{ field: 'name', message: '<b>Écrivez</b> votre nom.' }];
    await pages.show(reply, {
      language,
      title: 'Ne plus rien recevoir',
      owner: 'Boutique "Fictive" & Cie',
      errors,
      body: h(
        Form,
        { language, action: `/u/${token}`, formToken: forms.of(token) },
        h(TextField, { language, name: 'name', label: 'Nom', hint: 'Facultatif', errors }),
        h(Button, { label: 'Confirmer' }),
      ),
    });
  }

  @Post(':token')
  @PageRoute()
  @HttpCode(303)
  async change(
    @Param('token') token: string,
    @Body() fields: FormFields,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (fields['List-Unsubscribe'] !== 'One-Click') forms.assertOf(token, fields['form']);
    changes.push(fields);
    await pages.redirect(reply, `/u/${token}`, pages.languageOf(request));
  }
}

@Controller('v1/things')
class ThingController {
  @Post()
  @RequireScope('contacts:write')
  create(@Body() body: object) {
    return body;
  }

  @Get('broken')
  @Public()
  broken() {
    throw new Error('by a defect');
  }
}

@Module({ controllers: [WayOutController, ThingController] })
class ProbeModule {}

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await createHttpApp(ProbeModule, {
    log: createLog({ service: 'probe', level: 'silent' }),
    metrics: new Metrics('probe', { process: false }),
    apiKeys: {
      verify: () =>
        Promise.resolve({
          actorId: 'ak_1',
          keyId: 'ak_1',
          tenantId: 'acme',
          scopes: ['contacts:write' as const],
        }),
    },
    publicOrigin: 'https://tact.example',
  });
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(() => app.close());
beforeEach(() => void changes.splice(0));

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const urlencoded = 'application/x-www-form-urlencoded';
const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers: { ...browser, ...headers } });
const post = (payload: string | undefined, headers: Record<string, string> = {}, url = '/u/abc') =>
  app.inject({
    method: 'POST',
    url,
    headers: { ...browser, 'content-type': urlencoded, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
const form = new URLSearchParams({ form: forms.of('abc'), name: 'Élise' }).toString();

describe('a page', () => {
  test('is whole, runs nothing, is kept by nobody and names no address to others', async () => {
    const { statusCode, headers, body } = await get('/u/abc');
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-language': 'fr',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
    expect(body).toMatch(/^<!doctype html><html lang="fr">/);
    expect(body).not.toMatch(/<script|javascript:|\son\w+=|\sstyle="/i);
    // What is written into it is text, whatever it looks like.
    expect(body).toContain('Boutique &quot;Fictive&quot; &amp; Cie');
    expect(body).toContain('&lt;b&gt;Écrivez&lt;/b&gt;');
  });

  test('says what is wrong in its title, above all, and beside the field', async () => {
    const { body } = await get('/u/abc');
    expect(body).toContain('<title>Erreur : Ne plus rien recevoir');
    expect(body).toMatch(/role="alert" tabindex="-1" autofocus=""/i);
    expect(body).toContain('<a href="#field-name">');
    expect(body).toMatch(
      /id="field-name"[^>]* aria-describedby="hint-name wrong-name" aria-invalid="true"/,
    );
  });

  test.each([
    ['/u/abc', undefined, 'fr'],
    ['/u/abc', 'de, en;q=0.5, fr;q=0.4', 'en'],
    ['/u/abc', 'en;q=0, fr-CA', 'fr'],
    ['/u/abc?lang=fr', 'en', 'fr'],
    ['/u/abc?lang=de', 'en-GB', 'en'],
  ])('%s asked for in %s is in %s', async (url, accepted, language) => {
    const headers = accepted === undefined ? {} : { 'accept-language': accepted };
    const { body } = await get(url, headers);
    expect(body).toContain(`<html lang="${language}">`);
    const other = language === 'fr' ? 'en' : 'fr';
    expect(body).toContain(`href="/u/abc?lang=${other}" hrefLang="${other}"`);
  });

  test('answers HEAD, and whoever only looks changes nothing', async () => {
    const head = await app.inject({ method: 'HEAD', url: '/u/abc' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    for (let nth = 0; nth < 5; nth += 1) await get(`/u/abc?nth=${nth}`);
    expect(changes).toEqual([]);
  });
});

describe('a form', () => {
  test('of our own page is read, and leads to a page that may be loaded again', async () => {
    const own = { 'sec-fetch-site': 'same-origin', origin: 'null', 'accept-language': 'fr' };
    const { statusCode, headers } = await post(`${form}&choice=a&choice=b`, own);
    expect([statusCode, headers.location]).toEqual([303, '/u/abc?lang=fr']);
    expect(changes).toMatchObject([{ name: 'Élise', choice: ['a', 'b'] }]);
  });

  test.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['an address bar', { 'sec-fetch-site': 'none' }],
    ['another origin, of an old browser', { origin: 'https://evil.example' }],
  ])('of %s is refused', async (_name, headers) => {
    const answer = await post(form, headers);
    expect([answer.statusCode, changes]).toEqual([403, []]);
    expect(answer.body).toContain('<h1>This could not be done</h1>');
  });

  test('of our own origin is read, by whichever name', async () => {
    for (const origin of ['https://tact.example', 'http://localhost:80']) {
      expect((await post(form, { origin })).statusCode).toBe(303);
    }
  });

  test('that stood on another page, or on none, is refused', async () => {
    for (const text of ['name=x', `form=${forms.of('other')}`, `form=${forms.of('abc')}&form=x`]) {
      expect((await post(text)).statusCode).toBe(403);
    }
    expect(changes).toEqual([]);
  });

  test('of one click needs neither cookie nor origin nor page, in both of its forms', async () => {
    const once = 'List-Unsubscribe=One-Click';
    expect((await post(once, { accept: '*/*' })).statusCode).toBe(303);
    const parts = `--x\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n`;
    const multipart = { 'content-type': 'multipart/form-data; boundary=x', accept: '*/*' };
    expect((await post(parts, multipart)).statusCode).toBe(303);
    expect(changes).toEqual([
      { 'List-Unsubscribe': 'One-Click' },
      { 'List-Unsubscribe': 'One-Click' },
    ]);
  });

  test.each<[string, string, Record<string, string>, number]>([
    ['too long', `a=${'x'.repeat(FORM_BYTES_MAX)}`, {}, 413],
    ['of too many fields', 'a=1&'.repeat(201), {}, 400],
    ['with U+0000', 'a=%00', {}, 400],
    ['with __proto__', '__proto__=1', {}, 400],
    ['not UTF-8', 'a=\u00e9', { 'content-type': `${urlencoded}; charset=latin1` }, 415],
    ['of parts without end', '--x\r\n', { 'content-type': 'multipart/form-data; boundary=x' }, 400],
    [
      'with a file',
      '--x\r\ncontent-disposition: form-data; name="a"; filename="a"\r\n\r\nx\r\n--x--\r\n',
      { 'content-type': 'multipart/form-data; boundary=x' },
      400,
    ],
    ['of text', 'x', { 'content-type': 'text/plain' }, 415],
  ])('%s is refused', async (_name, text, headers, status) => {
    expect((await post(text, headers)).statusCode).toBe(status);
    expect(changes).toEqual([]);
  });

  test('is read on pages alone', async () => {
    const authorization = 'Bearer good';
    const answer = await post(form, { authorization, accept: '*/*' }, '/v1/things');
    expect([answer.statusCode, Problem.parse(answer.json()).type]).toEqual([
      415,
      '/problems/unsupported-media-type',
    ]);
  });
});

describe('a problem', () => {
  test.each([
    ['/nowhere', 404, 'Cette page n’existe pas'],
    ['/v1/things/broken', 500, 'Une erreur s’est produite de notre côté'],
  ])('at %s is a page for a browser', async (url, status, title) => {
    const answer = await get(url, { 'accept-language': 'fr' });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      status,
      'text/html; charset=utf-8',
    ]);
    expect(answer.body).toContain(`<h1>${title}</h1>`);
    expect(answer.body).toMatch(/<code>[0-9a-f]{32}<\/code>/);
  });

  test.each(['*/*', 'application/json', 'text/html, application/json', 'application/problem+json'])(
    'for %s is problem+json',
    async (accept) => {
      const answer = await get('/nowhere', { accept });
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/);
      expect(Problem.parse(answer.json()).status).toBe(404);
    },
  );
});
