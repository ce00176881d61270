import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  Button,
  CheckField,
  Facts,
  Form,
  Fragment,
  h,
  LinkList,
  Notice,
  type PageContent,
  type PageLanguage,
  pageLanguageOf,
  pagePolicy,
  Quoted,
  RadioField,
  renderPage,
  SelectField,
  TextField,
} from '@tact/platform/pages';
import type { Page } from 'playwright-core';
import { accessibilityOf } from '../accessible-pages.ts';
import { describeBrowser } from '../browser.ts';

const formOf = (language: PageLanguage, isWrong: boolean): PageContent => {
  const errors = isWrong
    ? [
        { field: 'email', message: 'Écrivez une adresse, comme vous@example.org.' },
        { field: 'channels', message: 'Choisissez au moins un canal.' },
      ]
    : [];
  const channels = ['whatsapp', 'email', 'phone'].map((value) => ({ value, label: value }));
  return {
    language,
    title: 'Vos préférences de contact',
    owner: 'Boutique Fictive',
    errors,
    footer: h('p', null, 'Boutique Fictive, 1 rue Imaginaire, Paris'),
    body: h(
      Form,
      { language, action: '/sent', formToken: 'abc' },
      h(Notice, { title: 'À savoir' }, h('p', null, 'Vous pouvez revenir à tout moment.')),
      h(TextField, {
        language,
        name: 'email',
        label: 'Adresse e-mail',
        hint: 'Elle ne sert qu’à vous répondre.',
        type: 'email',
        autoComplete: 'email',
        errors,
      }),
      h(TextField, { language, name: 'why', label: 'Un mot pour nous', lines: 4 }),
      h(SelectField, {
        language,
        name: 'often',
        label: 'Combien de fois par jour',
        options: channels,
      }),
      h(CheckField, {
        language,
        name: 'channels',
        label: 'Par quels canaux',
        options: channels,
        chosen: ['email'],
        errors,
      }),
      h(RadioField, {
        language,
        name: 'language',
        label: 'Dans quelle langue',
        options: [
          { value: 'fr', label: 'Français', hint: 'Tous les messages seront en français.' },
          { value: 'en', label: 'Anglais' },
        ],
        chosen: ['fr'],
      }),
      h(Button, { label: 'Enregistrer' }),
      h(Button, { label: 'Tout arrêter', name: 'all', value: 'stop', isQuiet: true }),
    ),
  };
};

const doneIn = (language: PageLanguage): PageContent => ({
  language,
  title: 'C’est fait : plus aucun message',
  body: h(
    Fragment,
    null,
    h(Notice, { kind: 'done' }, h('p', null, 'Vous ne recevrez plus rien.')),
    h(Notice, { kind: 'warning', title: 'Un message déjà parti' }, h('p', null, 'Il arrivera.')),
    h(Facts, {
      rows: [
        ['Reçu le', '29 novembre 2026'],
        ['Référence', h('code', null, 'r'.repeat(64))],
      ],
    }),
    h(Quoted, { text: `J’accepte.\n\n${'a'.repeat(120)}`, language: 'fr' }),
    h(LinkList, { links: [{ href: '/', label: 'Accueil', why: 'Tout depuis le début.' }] }),
  ),
});

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://page');
    const accepted = request.headers['accept-language'];
    const language = pageLanguageOf({ chosen: searchParams.get('lang'), accepted });
    const page = pathname === '/done' ? doneIn(language) : formOf(language, pathname === '/sent');
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': pagePolicy,
      'referrer-policy': 'no-referrer',
    });
    response.end(renderPage(page, request.url ?? ''));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => new Promise((done) => server.close(done)));

const at = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

describeBrowser('the parts of pages', (browser) => {
  test('are there for everybody, a form that was sent and is wrong among them', async () => {
    const pages = [
      { name: 'parts-form', url: at('/form') },
      {
        name: 'parts-wrong',
        url: at('/form'),
        act: async (page: Page) => {
          await page.click('main button:not(.quiet)');
          await page.waitForURL(/\/sent/);
        },
      },
      { name: 'parts-done', url: at('/done') },
    ];
    expect(await accessibilityOf(browser(), pages)).toEqual([]);
  }, 120_000);

  test('what is wrong has the focus, and is told first', async () => {
    const context = await browser().newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(at('/sent?lang=fr'));
    expect(await page.title()).toBe('Erreur : Vos préférences de contact – Boutique Fictive');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#field-email$/);
    await context.close();
  });

  test('a page that is not is found out', async () => {
    const bad = `data:text/html,<title>x</title><script>1</script><img src=x><p style="font-size:8px;width:2000px">a</p><button style="height:10px">b</button>`;
    const found = await accessibilityOf(browser(), [{ name: 'bad', url: bad }]);
    const problems = found.map(({ problem }) => problem).join('\n');
    for (const word of [
      'html-has-lang',
      'image-alt',
      'it has a script',
      'scrolls sideways',
      'smaller than 12',
      'lower than 44',
    ]) {
      expect(problems).toContain(word);
    }
  });
});
