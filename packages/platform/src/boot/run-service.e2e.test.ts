import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { testDatabase } from '../../../testing/src/postgres.ts';
import type { TestDatabase } from '../../../testing/src/postgres.ts';

// A whole service in one line, on the built package: what runs in production is what is tested.
const main = `
  import { Module } from '@nestjs/common';
  import { runService } from '@tact/platform';
  class Empty {}
  Module({})(Empty);
  await runService({ name: 'compliance', module: Empty, migrations: [], stores: [] });
`;
const platformFolder = fileURLToPath(new URL('../..', import.meta.url));

let server: TestDatabase;
let home: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  server = await testDatabase();
  home = await mkdtemp(join(tmpdir(), 'tact-run-'));
}, 60_000);
afterEach(() => void child?.kill('SIGKILL'));
afterAll(async () => {
  await server?.drop();
  await rm(home, { recursive: true, force: true });
});

const start = (changes: Record<string, string> = {}) => {
  const started = spawn(process.execPath, ['--input-type=module', '-e', main], {
    cwd: platformFolder,
    env: { DATABASE_URL: server.url, TACT_HOME: home, TACT_MODE: 'embedded', ...changes },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child = started;
  const said = { stdout: '', stderr: '' };
  started.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  started.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  const ended = once(started, 'close').then(([code]) => code as number | null);
  return { started, said, ended };
};

const ready = async (started: ChildProcess): Promise<number> => {
  const [message] = (await once(started, 'message')) as [{ type: string; port: number }];
  expect(message.type).toBe('ready');
  return message.port;
};

test('says ready with its port, and ends cleanly on SIGTERM while a caller keeps its connection', async () => {
  const { started, said, ended } = start();
  const port = await ready(started);
  const agent = new Agent({ keepAlive: true });
  const status = await new Promise((resolve) =>
    get({ port, host: '127.0.0.1', path: '/health/live', agent }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    }),
  );
  expect(status).toBe(200);
  const begun = performance.now();
  started.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(performance.now() - begun).toBeLessThan(5_000);
  agent.destroy();
  expect(said.stderr).toBe('');
  for (const line of said.stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
});

test('answers its supervisor from its event loop', async () => {
  const { started } = start();
  await ready(started);
  started.send({ type: 'ping' });
  expect((await once(started, 'message'))[0]).toEqual({ type: 'pong' });
});

test('ends with its supervisor', async () => {
  const { started } = start();
  await ready(started);
  // Node gives no `close` after a disconnect of our own.
  const exited = once(started, 'exit');
  started.disconnect();
  expect((await exited)[0]).toBe(0);
});

test.each([
  [
    { DATABASE_URL: 'postgres://tact:secret@127.0.0.1:1/tact' },
    /^DATABASE_URL postgres:.*running\?\n$/,
  ],
  [{ PORT: 'http' }, /^PORT is wrong: .*\n$/],
  [{ TACT_HOME: '/dev/null/nowhere' }, /^The service cannot start: ENOTDIR: .*\n$/],
])('cannot start with %j: one sentence, exit code 1', async (changes, sentence) => {
  const { said, ended } = start(changes);
  expect(await ended).toBe(1);
  expect(said.stderr).toMatch(sentence);
  expect(said.stderr).not.toContain('secret');
});
