import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accessibilityOf } from '../accessible-pages.ts';
import { describeBrowser } from '../browser.ts';
import { RunningPlatform } from '../running-platform.ts';

describeBrowser('the pages of the platform', (browser) => {
  const platform = new RunningPlatform();
  beforeAll(async () => {
    await platform.start();
    await platform.tact(['mail', 'test', 'ana@example.org', '--language', 'fr']);
  }, 180_000);
  afterAll(async () => {
    await platform.stop();
    platform.remove();
  }, 60_000);

  test('are there for everybody', async () => {
    const at = (path: string) => `${platform.credentials.origin}${path}`;
    const pages = [
      { name: 'start', url: at('/') },
      { name: 'problem-of-the-gateway', url: at('/nowhere') },
      { name: 'problem-of-a-service', url: at('/v1/models') },
      { name: 'mails', url: at('/dev/mail') },
      { name: 'mail', url: at('/dev/mail/1') },
    ];
    expect(await accessibilityOf(browser(), pages)).toEqual([]);
  }, 240_000);
});
