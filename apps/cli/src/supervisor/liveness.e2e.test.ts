import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { SupervisedService } from './supervised-service.ts';

const entry = fileURLToPath(new URL('../../testing/fake-service.mjs', import.meta.url));
const patience = { everyMs: 50, workingMs: 400, startingMs: 1_500 };
jest.setTimeout(60_000);

let home: string;
let service: SupervisedService | undefined;
let warnings: string[];

const supervise = (env: NodeJS.ProcessEnv = {}): SupervisedService => {
  service = new SupervisedService({
    service: 'ingestion',
    entry,
    patience,
    logFile: join(home, 'ingestion.log'),
    env: () => ({ ...process.env, ...env }),
    warn: (text) => warnings.push(text),
    changed: () => undefined,
  });
  return service;
};

const until = async (holds: () => boolean, what: string): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited too long for ${what}: ${warnings.join()}`);
    await sleep(10);
  }
};

const restarted = (one: SupervisedService): Promise<void> =>
  until(() => one.run.restarts === 1 && one.run.state === 'ready', 'the restart');

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tact-liveness-'));
  warnings = [];
});
afterEach(async () => {
  await service?.stop(2_000);
  rmSync(home, { recursive: true, force: true });
});

describe('a frozen service is ended and started again', () => {
  test('when its process is stopped', async () => {
    const one = supervise();
    await one.start();
    const before = one.run.process?.pid ?? 0;
    await sleep(patience.everyMs * 3);
    process.kill(before, 'SIGSTOP');
    await restarted(one);
    expect(one.run.process?.pid).not.toBe(before);
    expect(warnings).toEqual([
      'ingestion is frozen: it has not answered for 0.4 s and is ended',
      'ingestion ended (SIGKILL); starting it again in 1 s',
      'ingestion is ready again',
    ]);
  });

  test('when its event loop is blocked', async () => {
    const one = supervise();
    await one.start();
    await sleep(patience.everyMs * 3);
    void fetch(`http://127.0.0.1:${one.port}/block`).catch(() => undefined);
    await restarted(one);
    expect(warnings[0]).toBe('ingestion is frozen: it has not answered for 0.4 s and is ended');
  });

  test('when it never becomes ready, after the longer patience', async () => {
    const one = supervise({ FAKE_STUCK_START: '1' });
    one.start().catch(() => undefined);
    await until(() => one.run.restarts === 1, 'the restart');
    expect(warnings[0]).toBe('ingestion is frozen: it has not answered for 1.5 s and is ended');
  });
});

describe('a service is left alone', () => {
  test('when it answers, and when it is a program that never spoke this language', async () => {
    for (const env of [{}, { FAKE_MUTE: '1' }]) {
      const one = supervise(env);
      await one.start();
      await sleep(patience.workingMs * 2);
      expect([one.run.restarts, one.run.state, warnings]).toEqual([0, 'ready', []]);
      await one.stop(2_000);
    }
  });

  test('when the supervisor itself slept', async () => {
    const one = supervise();
    await one.start();
    await sleep(patience.everyMs * 3);
    // As after the sleep of a laptop: this process ran nothing for far longer than a service may be silent.
    const { pid = 0 } = one.run.process ?? {};
    process.kill(pid, 'SIGSTOP');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, patience.workingMs * 3);
    process.kill(pid, 'SIGCONT');
    await sleep(patience.workingMs);
    expect([one.run.restarts, warnings]).toEqual([0, []]);
  });
});
