import { fastify } from 'fastify';
import { expect, test } from '@jest/globals';
import { registerDevClock } from './dev-clock.ts';
import { registerDevPages } from './dev-pages.ts';
import { registerOwnPages } from './own-pages.ts';

/** What the gateway does by itself and passes on to nobody, with what of it stands in the audit. */
const changing: Readonly<Record<string, string>> = {
  'POST /dev/clock': 'clock-moved: compliance tells it of every service’s clock, its own.',
};

test('the gateway changes nothing by itself but what the audit hears of', () => {
  const app = fastify({ exposeHeadRoutes: false });
  const found: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'GET') found.push(`${one} ${url}`);
  });
  const nowhere = () => 'http://127.0.0.1:9';
  registerOwnPages(app, { originOf: nowhere, ownOrigin: nowhere, mailOrigin: nowhere });
  registerDevPages(app, nowhere);
  const uploads = undefined as never;
  registerDevClock(app, { askClock: () => Promise.resolve(undefined), uploads });
  expect(found).toEqual(Object.keys(changing));
});
