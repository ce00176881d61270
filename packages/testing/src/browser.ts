import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { runFolder } from './scratch.ts';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const why =
  'No Chromium was found: apt-get install -y chromium, or CHROMIUM_PATH says where it is.';

const executable = (): string | undefined =>
  [process.env['CHROMIUM_PATH'] ?? '', ...places].find((path) => path !== '' && existsSync(path));

const open = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    // Chromium's own sandbox does not run as root, and small machines have a small /dev/shm.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage'],
  });

/**
 * `describe` for tests that look at pages in a real browser. Without Chromium they are skipped and the run says so at its
 * end; with `BROWSER_REQUIRED=1` they fail.
 */
export const describeBrowser = (name: string, suite: (browser: () => Browser) => void): void => {
  const path = executable();
  if (path === undefined) {
    if (process.env['BROWSER_REQUIRED'] === '1') {
      describe(name, () => {
        test('Chromium is required (BROWSER_REQUIRED=1)', () => {
          throw new Error(why);
        });
      });
      return;
    }
    // Every worker meets the skip; the run's teardown prints it once.
    writeFileSync(join(runFolder(), 'browser-skipped'), why);
    describe.skip(name, () => suite(notThere));
    return;
  }
  describe(name, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await open(path);
    }, 60_000);
    afterAll(() => browser?.close());
    suite(() => browser ?? notThere());
  });
};

const notThere = (): never => {
  throw new Error(why);
};
