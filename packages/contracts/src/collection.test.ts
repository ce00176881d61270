import { describe, expect, test } from '@jest/globals';
import { humanKinds, isHumanKind, isTenantKind, namesMachine, tenantKinds } from './collection.ts';
import { SignalKind } from './signals.ts';

describe('the name of a machine', () => {
  test.each([
    'whatsapp web js',
    'whats app webjs',
    'whatsappwebjs',
    'wwebjs',
    'whatsmeow',
    'yowsup',
    'venom bot',
    'venombot',
    'wpp connect',
    'wppconnect',
    'open wa',
    'openwa',
    'wa automate',
    'waautomate',
    'waha',
    'evolution api',
    'evolutionapi',
    'green api',
    'greenapi',
    'ultramsg',
    'maytapi',
    'whapi',
    'selenium',
    'puppeteer',
    'playwright',
    'chromedriver',
    'webdriver',
    'appium',
    'headless',
    'scraper',
    'scraping',
    'scrapy',
    'crawler',
    'chat bot',
    'chatbots',
    'bot',
    'bots',
    'robots',
    'automatic',
    'cron',
    'script',
    'scripts',
  ])('%s is known, with and without its gaps', (observer) => {
    expect(namesMachine(observer)).toBe(true);
  });

  test('is known in any case, through marks, and however many characters part its words', () => {
    expect(namesMachine('Évolution --_-- ÀPI')).toBe(false);
    expect(namesMachine('EVOLUTION --_-- API')).toBe(true);
    expect(namesMachine('ｂａｉｌｅｙｓ')).toBe(true);
  });

  test.each(['Abbott', 'Botha', 'Chronos', 'Descriptor', 'reopen wave', 'Nawaha', 'scraps'])(
    'is not in %s',
    (observer) => {
      expect(namesMachine(observer)).toBe(false);
    },
  );
});

describe('kinds', () => {
  test('that only a person sees are kinds of a contact, and none of the sender', () => {
    for (const kind of humanKinds) {
      expect(SignalKind.options).toContain(kind);
      expect([isHumanKind(kind), isTenantKind(kind)]).toEqual([true, false]);
    }
    expect(isHumanKind('message-read')).toBe(false);
  });

  test('that are about the sender are none of a contact', () => {
    for (const kind of tenantKinds) {
      expect(SignalKind.options).not.toContain(kind);
      expect([isHumanKind(kind), isTenantKind(kind)]).toEqual([false, true]);
    }
  });
});
