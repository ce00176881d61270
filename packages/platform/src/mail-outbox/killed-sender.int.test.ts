import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../testing/src/postgres.ts';
import { type Script, scriptedSmtp } from '../mail/testing/scripted-smtp.ts';
import { newsTo, openMailStage } from './testing/mail-stage.ts';

let scratch: TestDatabase;
let folder: string;
let stage: Awaited<ReturnType<typeof openMailStage>>;
let smtp: Awaited<ReturnType<typeof scriptedSmtp>>;
let script: Script = {};

beforeAll(async () => {
  scratch = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'tact-mail-'));
  smtp = await scriptedSmtp(() => script);
  const kind = { name: 'news', mayStillLeave: () => Promise.resolve(true) };
  const smtpPort = () => smtp.port;
  stage = await openMailStage({ url: scratch.url, folder, smtpPort, kind });
}, 60_000);
afterEach(() => stage.database.queryable.query('TRUNCATE jobs, outgoing_mails'));
afterAll(async () => {
  await stage?.close();
  await smtp?.close();
  await scratch?.drop();
  await rm(folder, { recursive: true, force: true });
});

const senderFile = fileURLToPath(new URL('testing/killed-sender.ts', import.meta.url));

/** A process sends; as soon as the server has come to a place of its script, the process is killed. */
const killedAt = async (place: 'beforeText' | 'beforeEnd'): Promise<void> => {
  const reached = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  script = {
    [place]: () => {
      reached.resolve();
      return gone.promise;
    },
  };
  const child = fork(senderFile, [scratch.url, folder, String(smtp.port)], {
    execArgv: ['--experimental-transform-types', '--no-warnings', '--conditions=tact-source'],
  });
  await reached.promise;
  child.kill('SIGKILL');
  await once(child, 'exit');
  gone.resolve();
  script = {};
  // As when its process had been silent for the whole of its lease.
  await stage.database.queryable.query(
    `UPDATE jobs SET lease_until = now() - interval '1 s' WHERE state = 'running'`,
  );
};

test('killed before the text, and after it: the one is sent by another process, of the other nobody knows', async () => {
  await stage.enqueue(newsTo('ct_1'));
  await killedAt('beforeText');
  expect([smtp.mails.length, await stage.states()]).toEqual([0, ['waiting']]);
  stage.runner.start();
  await stage.drained();
  expect([smtp.mails.length, await stage.states()]).toEqual([1, ['sent']]);
  await stage.runner.stop({ drainMs: 200 });
  await stage.database.queryable.query('TRUNCATE jobs, outgoing_mails');
  const again = await openMailStage({
    url: scratch.url,
    folder,
    smtpPort: () => smtp.port,
    kind: { name: 'news', mayStillLeave: () => Promise.resolve(true) },
  });
  await again.enqueue(newsTo('ct_2'));
  await killedAt('beforeEnd');
  expect([smtp.mails.length, await again.states()]).toEqual([2, ['handed-over']]);
  again.runner.start();
  await again.drained();
  expect([smtp.mails.length, await again.states()]).toEqual([2, ['unknown']]);
  await again.close();
});
