import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { scratchFolder } from '../../../packages/testing/src/scratch.ts';
import { isAlive, until } from '../processes.ts';
import { startEmbeddedPostgres } from './server.ts';
import type { EmbeddedPostgres } from './server.ts';

const query = async (url: string, text: string, values: unknown[] = []): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as unknown[];
  } finally {
    await client.end();
  }
};

const phone = '+33639980012';

describe('embedded PostgreSQL', () => {
  let home: string;
  let dataDir: string;
  const started: EmbeddedPostgres[] = [];
  /** A folder that was created and stopped, for tests that are of something else. */
  const created = join(scratchFolder(), 'data');

  beforeAll(async () => {
    await (await startEmbeddedPostgres({ dataDir: created, durability: 'test' })).stop();
  });
  afterAll(() => rmSync(dirname(created), { recursive: true, force: true }));

  beforeEach(() => {
    home = scratchFolder();
    dataDir = join(home, 'data');
  });
  const takeCreated = (): void => {
    for (const one of ['', '.password']) {
      cpSync(`${created}${one}`, `${dataDir}${one}`, { recursive: true });
    }
    // PostgreSQL serves no folder that others may enter.
    chmodSync(dataDir, 0o700);
  };

  afterEach(async () => {
    await Promise.all(started.splice(0).map((server) => server.stop()));
    rmSync(home, { recursive: true, force: true });
  });

  const start = async (port?: number): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({
      dataDir,
      durability: 'test',
      ...(port === undefined ? {} : { port }),
    });
    started.push(server);
    return server;
  };

  test('starts on an empty folder, keeps its data over a stop, and leaves no process', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    expect(statSync(`${dataDir}.password`).mode & 0o777).toBe(0o600);
    await first.stop();
    await first.exited;
    expect(isAlive(first.pid)).toBe(false);
    expect(existsSync(join(dataDir, 'postmaster.pid'))).toBe(false);

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('listens on the loopback address only and demands the password', async () => {
    takeCreated();
    const { url, port } = await start();
    expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(url, 'show unix_socket_directories')).toEqual([
      { unix_socket_directories: '' },
    ]);
    await expect(query(`postgres://tact:wrong@127.0.0.1:${port}/tact`, 'select 1')).rejects.toThrow(
      'password authentication failed',
    );
  });

  test('is adopted after its launcher was killed', async () => {
    takeCreated();
    const door = new URL('./server.ts', import.meta.url).href;
    const program = `const { startEmbeddedPostgres } = await import(${JSON.stringify(door)});
      const { pid, url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, durability: 'test' });
      console.log(JSON.stringify({ pid, url })); setInterval(() => {}, 1000);`;
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [line] = (await once(launcher.stdout, 'data')) as [Buffer];
    const { pid, url } = JSON.parse(line.toString()) as { pid: number; url: string };
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
    expect(isAlive(pid)).toBe(true);

    const adopted = await start();
    expect({ adopted: adopted.adopted, pid: adopted.pid, url: adopted.url }).toEqual({
      adopted: true,
      pid,
      url,
    });
    await adopted.stop();
    await adopted.exited;
    expect(isAlive(pid)).toBe(false);
  });

  test('is started once by ten concurrent callers', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => start()));
    expect(new Set(all.map((server) => server.pid)).size).toBe(1);
    expect(all.filter((server) => !server.adopted)).toHaveLength(1);
  });

  test('comes back on the same port after the server itself was killed, with what was committed', async () => {
    takeCreated();
    const killed = await start();
    await query(killed.url, 'create table kept as select 1 as answer');
    process.kill(killed.pid, 'SIGKILL');
    await killed.exited;

    const again = await start(killed.port);
    expect(again.port).toBe(killed.port);
    expect(again.url).toBe(killed.url);
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 1 }]);
  });

  test('removes a pid file whose pid now belongs to another program', async () => {
    takeCreated();
    const first = await start();
    const pidFile = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8');
    await first.stop();
    writeFileSync(
      join(dataDir, 'postmaster.pid'),
      pidFile.replace(String(first.pid), String(process.pid)),
    );

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(second.pid).not.toBe(process.pid);
    expect(isAlive(process.pid)).toBe(true);
  });

  test('refuses a port in use with one sentence', async () => {
    takeCreated();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    try {
      await expect(start(port)).rejects.toMatchObject({
        reason: 'port-in-use',
        message: `Port ${port} is in use by another program: stop it, or choose another port for PostgreSQL.`,
      });
    } finally {
      taken.close();
    }
  });

  test('refuses a folder that holds something else, and data of another version', async () => {
    rmSync(home, { recursive: true });
    await start().then((server) => server.stop());
    writeFileSync(join(dataDir, 'PG_VERSION'), '15\n');
    await expect(start()).rejects.toMatchObject({ reason: 'data-unusable' });
    rmSync(join(dataDir, 'PG_VERSION'));
    await expect(start()).rejects.toMatchObject({ reason: 'data-unusable' });
  });

  test('an interrupted creation is begun again', async () => {
    await start().then((server) => server.stop());
    rmSync(dataDir, { recursive: true });
    mkdirSync(`${dataDir}.new/base`, { recursive: true });
    const server = await start();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(existsSync(`${dataDir}.new`)).toBe(false);
  });

  test('never writes the values of a failed statement to its log', async () => {
    takeCreated();
    const { url } = await start();
    await query(url, 'create table people (phone text primary key)');
    const insert = `insert into people values ('${phone}')`;
    await query(url, insert);
    await expect(query(url, insert)).rejects.toMatchObject({ code: '23505' });
    await expect(query(url, 'select $1::uuid', [phone])).rejects.toMatchObject({ code: '22P02' });
    await query(url, `do $$ begin raise warning '${phone}'; end $$`);
    await expect(query(url, `select '${phone}' from nowhere`)).rejects.toMatchObject({
      code: '42P01',
    });
    await until(() => readFileSync(`${dataDir}.log`, 'utf8').includes('ready to accept'), 5_000);
    for (const file of readdirSync(home).filter((name) => name.includes('.log')))
      expect(readFileSync(join(home, file), 'utf8')).not.toContain(phone.slice(1));
  });
});
