import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { DAY_MS, serviceNames } from '@tact/contracts';
import { Supervisor } from './supervisor.ts';

const entry = fileURLToPath(new URL('../../testing/fake-service.mjs', import.meta.url));
jest.setTimeout(60_000);

let logs: string;
let supervisor: Supervisor | undefined;
beforeEach(() => {
  logs = mkdtempSync(join(tmpdir(), 'tact-supervisor-'));
});
afterEach(async () => {
  await supervisor?.stop();
  rmSync(logs, { recursive: true, force: true });
});

test('a service that was starting when the clock was moved hears of it when it is ready', async () => {
  let advancedMs = 0;
  const reported: unknown[] = [];
  const all = Promise.withResolvers<void>();
  supervisor = new Supervisor({
    entryOf: () => entry,
    env: () => ({ ...process.env, TACT_CLOCK_ADVANCED_MS: String(advancedMs) }),
    readyMessage: () => ({ type: 'clock', advancedMs }),
    logs,
    warn: () => undefined,
    changed: () => undefined,
    received: (_, message) => {
      // Each answers pings as well.
      if ((message as { type?: unknown }).type !== 'clock') return;
      if (reported.push(message) === serviceNames.length) all.resolve();
    },
  });
  const started = supervisor.start(() => undefined, new AbortController().signal);
  // Their settings were read; none of them is at work to be told.
  expect(supervisor.running).toEqual([]);
  advancedMs = DAY_MS;
  await started;
  await all.promise;
  expect(reported).toEqual(serviceNames.map(() => ({ type: 'clock', advancedMs: DAY_MS })));
});
