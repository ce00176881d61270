import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type DevMail, DevMailList } from '@tact/contracts';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import type { Page } from 'playwright-core';
import { accessibilityOf } from '../accessible-pages.ts';
import { describeBrowser } from '../browser.ts';
import { RunningPlatform } from '../running-platform.ts';

const text =
  'J’accepte de recevoir les offres de la librairie sur WhatsApp. Je peux arrêter à tout moment en répondant STOP.';

describeBrowser('consent by the person', (browser) => {
  const platform = new RunningPlatform();
  const call = async (path: string, body?: object) => {
    const method = body === undefined ? 'GET' : 'POST';
    return (await platform.call<Record<string, unknown>>(method, path, body)).body;
  };
  /** The mail to an address that holds a link to such a path. */
  const mailTo = async (email: string, under: string): Promise<{ mail: DevMail; link: string }> => {
    for (;;) {
      const sent = await fetch(`${platform.credentials.origin}/dev/mail`, {
        headers: { accept: 'application/json' },
      });
      const { items } = DevMailList.parse(await sent.json());
      const link = new RegExp(`https?://[^\\s/]+${under}/[\\w-]{43}`);
      const mail = items.find((one) => one.to.includes(email) && link.test(one.text ?? ''));
      const [found] = link.exec(mail?.text ?? '') ?? [];
      if (mail !== undefined && found !== undefined) return { mail, link: found };
      await pause(50);
    }
  };
  let noticeId = '';
  let people = 0;
  const asked = async () => {
    people += 1;
    const email = `reader-${people}@example.org`;
    const identities = { email };
    const { contactId } = await call('/v1/contacts', { identities, timeZone: 'Europe/Paris' });
    const ask = { contact: identities, purpose: 'marketing', channel: 'whatsapp', noticeId };
    // Until outreach has heard of the person, nothing is known of her and nothing is asked.
    while ((await call('/v1/consents/confirmations', ask))['decision'] !== 'allowed')
      await pause(50);
    return { contactId: String(contactId), email, ...(await mailTo(email, '/c')) };
  };

  beforeAll(async () => {
    await platform.start();
    const published = await call('/v1/notices', { slug: 'offers', language: 'fr', text });
    noticeId = String(published['noticeId']);
  }, 180_000);
  afterAll(async () => {
    await platform.stop();
    platform.remove();
  }, 60_000);

  test('from the mail to a receipt that anybody verifies, and back again', async () => {
    const { contactId, email, link } = await asked();
    const context = await browser().newContext({ javaScriptEnabled: false, locale: 'fr-FR' });
    const page = await context.newPage();
    await page.goto(link);
    expect(await page.textContent('blockquote')).toBe(text);
    await page.click('main button');
    await page.waitForURL(/lang=fr/);
    expect(await page.textContent('h1')).toBe('Votre accord est enregistré');
    const receipt = (await page.textContent('main code')) ?? '';
    const keys = await fetch(`${platform.credentials.origin}/.well-known/privacy-jwks.json`);
    const jwks = createLocalJWKSet((await keys.json()) as JSONWebKeySet);
    const { payload } = await compactVerify(receipt, jwks);
    expect(JSON.parse(Buffer.from(payload).toString('utf8'))).toMatchObject({
      pii_principal_id: contactId,
      event: { event_state: 'given', method: 'double-opt-in' },
    });
    const { link: wayOut } = await mailTo(email, '/v1/unsubscribe');
    await page.goto(wayOut);
    await page.click('main button:not(.quiet)');
    await page.waitForURL(/lang=fr/);
    expect(await page.textContent('.notice.done')).toContain('vous ne recevrez plus');
    await context.close();
    const consents = await call(`/v1/contacts/${contactId}/consents`);
    expect(consents['items']).toMatchObject([{ purpose: 'marketing', state: 'withdrawn' }]);
  }, 60_000);

  test('one click of a mail program is answered within half a second, and no log line names a link', async () => {
    const { email } = await asked();
    const { link } = await mailTo(email, '/v1/unsubscribe');
    const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
    const began = performance.now();
    const answer = await fetch(link, { method: 'POST', body });
    expect([answer.status, performance.now() - began < 500]).toEqual([200, true]);
    const logs = join(platform.home, 'logs');
    const lines = readdirSync(logs).map((file) => readFileSync(join(logs, file), 'utf8'));
    expect(lines.join('')).toContain('/v1/unsubscribe/');
    expect(lines.join('')).not.toContain(link.split('/').at(-1));
  }, 60_000);

  test('its pages are there for everybody', async () => {
    const { email, link } = await asked();
    const { link: wayOut } = await mailTo(email, '/v1/unsubscribe');
    const confirmed = await asked();
    const press = async (page: Page) => {
      await page.click('main button');
      await page.waitForURL(/lang=/);
    };
    const wrong = async (page: Page) => {
      await page.fill('#field-from', '20:00');
      await page.click('main form:last-of-type button');
      await page.waitForURL(/lang=/);
    };
    const pages = [
      { name: 'consent-ask', url: link },
      { name: 'consent-done', url: confirmed.link, act: (page: Page) => pressOnce(page, press) },
      { name: 'way-out', url: wayOut },
      { name: 'way-out-wrong', url: wayOut, act: wrong },
      { name: 'consent-no-link', url: `${link}x` },
    ];
    expect(await accessibilityOf(browser(), pages)).toEqual([]);
  }, 240_000);
});

/** Once it is confirmed, the page is as it shall be looked at. */
const pressOnce = async (page: Page, press: (page: Page) => Promise<void>): Promise<void> => {
  if ((await page.locator('blockquote').count()) > 0) await press(page);
};
