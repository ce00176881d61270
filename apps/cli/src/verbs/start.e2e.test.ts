import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Credentials } from '@tact/contracts';
import { isRunning } from '../home/process-identity.ts';
import { RunFile } from '../home/run-file.ts';

// The services are stand-ins and the database is none: what is tried here is the life of the processes.
const fakeService = fileURLToPath(new URL('../../testing/fake-service.mjs', import.meta.url));
const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const elsewhere = 'postgres://nobody@127.0.0.1:9/none';

// A machine under load starts processes slowly; each wait below has its own limit.
jest.setTimeout(90_000);

type Run = { child: ChildProcess; said: () => string; ended: Promise<number | null> };

let home: string;
const runs: Run[] = [];

const tact = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Run => {
  const child = spawn(process.execPath, ['--conditions=tact-source', main, ...args], {
    env: {
      ...process.env,
      NODE_OPTIONS: '--no-warnings',
      TACT_HOME: home,
      TACT_SERVICE_ENTRY: fakeService,
      DATABASE_URL: elsewhere,
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  const run = { child, said: () => text, ended };
  runs.push(run);
  return run;
};

const until = async <Value>(
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  what: string,
): Promise<Value> => {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited too long for ${what}`);
    await sleep(20);
  }
};

const originOf = (run: Run): Promise<string> =>
  until(
    () => /^tact is ready at (\S+)$/m.exec(run.said())?.[1],
    `the ready line in: ${run.said()}`,
  );

const started = async (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => {
  const run = tact(['start', ...args], env);
  return { run, origin: await originOf(run) };
};

const runFile = (): RunFile =>
  RunFile.parse(JSON.parse(readFileSync(join(home, 'run.json'), 'utf8')));
const allOf = ({ gateway, services }: RunFile) =>
  [gateway, ...services].flatMap((entry) => entry?.process ?? []);
const processesOf = (file: RunFile) => file.services.flatMap((entry) => entry.process ?? []);

const webhook = async (origin: string, body = '{}') => {
  const answer = await fetch(`${origin}/v1/webhooks/whatsapp`, { method: 'POST', body });
  return { status: answer.status, json: (await answer.json()) as { pid: number; body: string } };
};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tact-cli-'));
});

afterEach(async () => {
  for (const { child, ended } of runs.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(home, { recursive: true, force: true });
});

describe('tact start', () => {
  test('says it is ready when every service is, and keeps the credentials private', async () => {
    const { run, origin } = await started();
    const credentials = join(home, 'credentials.json');
    expect(statSync(credentials).mode & 0o777).toBe(0o600);
    const kept = Credentials.parse(JSON.parse(readFileSync(credentials, 'utf8')));
    expect(kept).toMatchObject({ origin, tenant: 'demo' });
    expect(kept.apiKey).toMatch(/^tact_demo_[0-9a-f]{48}$/);
    expect(run.said()).toContain(`the key, and all else a caller needs, is in ${credentials}`);
    expect(run.said()).toContain(`look: ${origin}/openapi.json`);
    // Nobody watches: what is printed stays in a journal.
    expect(run.said()).not.toContain(kept.apiKey);
    expect((await fetch(`${origin}/health/ready`)).status).toBe(200);
    expect((await webhook(origin)).status).toBe(200);
  });

  test('stops on SIGTERM with exit code 0 and leaves no process and no lock', async () => {
    const { run, origin } = await started();
    const processes = allOf(runFile());
    expect(processes).toHaveLength(5);
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
    expect(processes.filter(isRunning)).toEqual([]);
    expect(existsSync(join(home, 'lock'))).toBe(false);
    await expect(fetch(origin)).rejects.toThrow();
  });

  test('keeps the key over a restart and makes a new one after --reset', async () => {
    const keyOf = () =>
      Credentials.parse(JSON.parse(readFileSync(join(home, 'credentials.json'), 'utf8'))).apiKey;
    const keys: string[] = [];
    for (const args of [[], [], ['--reset', '--yes']]) {
      const { run } = await started(args);
      keys.push(keyOf());
      run.child.kill('SIGTERM');
      await run.ended;
    }
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  test('starts a crashed service again, on whatever port it comes back', async () => {
    const { run, origin } = await started();
    const before = (await webhook(origin)).json.pid;
    process.kill(before, 'SIGKILL');
    await until(() => run.said().includes('ingestion is ready again'), 'the service to return');
    expect(run.said()).toContain('ingestion ended (SIGKILL); starting it again in 1 s');
    const after = await webhook(origin);
    expect(after.status).toBe(200);
    expect(after.json.pid).not.toBe(before);
    expect(runFile().services.find(({ service }) => service === 'ingestion')?.restarts).toBe(1);
  });

  test('starts a killed gateway again on its port, within a second or so, and nothing else', async () => {
    const { run, origin } = await started();
    const before = runFile();
    process.kill(before.gateway?.process?.pid ?? 0, 'SIGKILL');
    const killedAt = performance.now();
    const answer = await until(
      () => fetch(`${origin}/v1/signals`).catch(() => undefined),
      'the gateway to return',
    );
    expect(answer?.status).toBe(200);
    expect(performance.now() - killedAt).toBeLessThan(10_000);
    expect(run.said()).toContain('gateway ended (SIGKILL); starting it again in 0.05 s');
    expect(runFile().gateway).toMatchObject({ port: before.gateway?.port, restarts: 1 });
    expect(processesOf(runFile())).toEqual(processesOf(before));
  });

  test('a killed supervisor takes its services with it, and the next start works on the same folder', async () => {
    const { run } = await started();
    const processes = allOf(runFile());
    run.child.kill('SIGKILL');
    await run.ended;
    await until(() => processes.every((one) => !isRunning(one)), 'the services to end');
    expect(existsSync(join(home, 'lock'))).toBe(true);
    const again = await started();
    expect((await webhook(again.origin)).status).toBe(200);
  });

  test('ends what a killed run left behind, when it is ours', async () => {
    const { run } = await started([], { FAKE_ORPHAN: '1' });
    const processes = processesOf(runFile());
    run.child.kill('SIGKILL');
    await run.ended;
    await sleep(300);
    expect(processes.filter(isRunning)).toHaveLength(4);
    const again = await started();
    expect(again.run.said()).toContain('ended 4 process(es) of a run that was killed');
    expect(processes.filter(isRunning)).toEqual([]);
  });

  test('a second Ctrl-C ends everything at once', async () => {
    const { run } = await started([], { FAKE_DEAF: '1' });
    const processes = processesOf(runFile());
    run.child.kill('SIGINT');
    await sleep(600);
    expect(processes.filter(isRunning)).toHaveLength(4);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
    await until(() => processes.every((one) => !isRunning(one)), 'the services to end');
  });
});

describe('tact start refuses with one sentence and exit code 1', () => {
  const refusal = async (env: NodeJS.ProcessEnv, args: readonly string[] = []) => {
    const run = tact(['start', ...args], env);
    const code = await run.ended;
    const lines = run.said().split('\n');
    return { code, sentences: lines.filter((line) => line.startsWith('tact: ')), said: run.said() };
  };

  test('when the port is in use', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    const { code, sentences } = await refusal({ PORT: String(port) });
    server.close();
    expect({ code, sentences }).toEqual({
      code: 1,
      sentences: [
        `tact: Port ${port} is in use by another program: stop it, or choose another with PORT (0 takes any free one).`,
      ],
    });
    expect(existsSync(join(home, 'lock'))).toBe(false);
  });

  test('when Tact already runs on the folder', async () => {
    const { run } = await started();
    const { code, said } = await refusal({});
    expect(code).toBe(1);
    expect(said).toBe(
      `tact: Tact already runs on this data folder (process ${run.child.pid}): stop it, or set TACT_HOME to another folder.\n`,
    );
  });

  test('when the credentials are damaged, which are not replaced unasked', async () => {
    const credentials = join(home, 'credentials.json');
    writeFileSync(credentials, '{"apiKey":"tact_demo_');
    const { code, said } = await refusal({});
    expect(code).toBe(1);
    expect(said).toMatch(/^tact: .*credentials\.json is damaged, .*--new-key.*\n$/);
    expect(readFileSync(credentials, 'utf8')).toBe('{"apiKey":"tact_demo_');
    await started(['--new-key']);
    expect(readFileSync(credentials, 'utf8')).toMatch(/"apiKey": "tact_demo_[0-9a-f]{48}"/);
  });

  test('when a newer version made the data folder', async () => {
    writeFileSync(join(home, 'tact-home'), 'This folder belongs to Tact (layout 2).\n');
    const { code, said } = await refusal({});
    expect(code).toBe(1);
    expect(said).toMatch(
      /^tact: .* is of layout 2, made by a newer version .* knows 1: start that/,
    );
    expect(readdirSync(home)).toEqual(['tact-home']);
  });

  test('when a service refuses its settings, with the words of the service', async () => {
    const { code, sentences } = await refusal({ FAKE_REFUSES: 'DATABASE_URL cannot be reached.' });
    expect(code).toBe(1);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toMatch(/^tact: \w+ did not start: DATABASE_URL cannot be reached\.$/);
  });

  test('when the data folder cannot be made', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    const { code, said } = await refusal({ TACT_HOME: join(file, 'below') });
    expect(code).toBe(1);
    expect(said).toMatch(
      /^tact: .* cannot be a folder, a file is in its way: set TACT_HOME elsewhere\.\n$/,
    );
  });

  test('when the file system refuses with an error that invites to try again for ever', async () => {
    const { code, said } = await refusal({ TACT_HOME: '/proc/tact/below' });
    expect(code).toBe(1);
    expect(said).toMatch(/^tact: \/proc\/tact\/below .* set TACT_HOME to a folder/);
  });

  test('when PORT is no port', async () => {
    const { code, said } = await refusal({ PORT: '99999' });
    expect(code).toBe(1);
    expect(said).toBe('tact: PORT must be a number from 0 to 65535 (0 takes any free port).\n');
  });

  test('when --reset would delete something and nobody can be asked: nothing is deleted', async () => {
    const { run } = await started();
    run.child.kill('SIGTERM');
    await run.ended;
    const before = readFileSync(join(home, 'credentials.json'), 'utf8');
    const { code, said } = await refusal({}, ['--reset']);
    expect(code).toBe(1);
    expect(said).toBe(
      `tact: --reset deletes from ${home} every API key: programs that use one are refused; the logs; there is no terminal to ask on, so say it with npm start -- --reset --yes. Nothing was deleted and nothing was started.\n`,
    );
    expect(readFileSync(join(home, 'credentials.json'), 'utf8')).toBe(before);
    expect(existsSync(join(home, 'lock'))).toBe(false);
  });

  test('when --reset would empty a folder that is not ours', async () => {
    writeFileSync(join(home, 'thesis.txt'), 'years of work');
    const { code, said } = await refusal({}, ['--reset']);
    expect(code).toBe(1);
    expect(said).toContain('--reset does not touch it');
    expect(existsSync(join(home, 'thesis.txt'))).toBe(true);
  });
});

describe('tact status', () => {
  test('shows services, outbox, lag and parked records', async () => {
    await started();
    const run = tact(['status']);
    expect(await run.ended).toBe(0);
    expect(run.said()).toMatch(/^ingestion +ready +\d+ +\d+ +0 +2 +1\.5 s$/m);
    expect(run.said()).toMatch(/^service-consumer +scoring +3 +1$/m);
    expect(run.said()).toContain('4 alert(s) open: tact alerts shows them');
    const alerts = tact(['alerts']);
    expect(await alerts.ended).toBe(0);
    expect(alerts.said()).toMatch(
      /^keys-parked +ingestion +open +\S+ +3 +Records .* Redrive them\.$/m,
    );
  });

  test('says so when nothing runs', async () => {
    const run = tact(['status']);
    expect(await run.ended).toBe(1);
    expect(run.said()).toBe(`tact: Nothing runs on ${home}: start the platform with npm start.\n`);
  });
});
