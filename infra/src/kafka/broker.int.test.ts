import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { scratchFolder } from '../../../packages/testing/src/scratch.ts';
import { freePort } from '../ports.ts';
import { isAlive } from '../processes.ts';
import { startKafkaBroker } from './broker.ts';
import type { KafkaBroker, KafkaBrokerOptions } from './broker.ts';
import { kafkaAvailable } from './java.ts';
import { newClusterId } from './properties.ts';
import { servingBrokers } from './readiness.ts';

const able = kafkaAvailable();
const required = process.env['KAFKA_REQUIRED'] === '1';
if (!able.available && !required) console.warn(`KAFKA SKIPPED: ${able.why}`);

(able.available || required ? describe : describe.skip)('Kafka broker', () => {
  let home: string;
  const started: KafkaBroker[] = [];

  beforeAll(() => {
    home = scratchFolder();
  });

  afterAll(async () => {
    await Promise.all(started.map((broker) => broker.stop()));
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  const start = async (options: Omit<KafkaBrokerOptions, 'dataDir'> = {}, name = 'one') => {
    const broker = await startKafkaBroker({ dataDir: join(home, name), ...options });
    started.push(broker);
    return broker;
  };

  test('starts, is adopted, survives kill -9 on the same data and port, and stops', async () => {
    const first = await start();
    expect(first.adopted).toBe(false);
    expect(await servingBrokers(first.port, 5_000)).toEqual([1]);
    const clusterId = readFileSync(join(home, 'one', 'logs', 'meta.properties'), 'utf8');

    const same = await start();
    expect({ adopted: same.adopted, pid: same.pid }).toEqual({ adopted: true, pid: first.pid });

    await first.kill();
    await first.exited;
    expect(isAlive(first.pid)).toBe(false);

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(second.brokers).toEqual(first.brokers);
    expect(readFileSync(join(home, 'one', 'logs', 'meta.properties'), 'utf8')).toBe(clusterId);

    await second.stop();
    await second.exited;
    expect(isAlive(second.pid)).toBe(false);
    expect(await servingBrokers(second.port, 1_000)).toBeUndefined();
  }, 120_000);

  test('works under the C locale on a folder with spaces, accents and other scripts', () => {
    const dataDir = join(home, 'Données d’été 数');
    const door = new URL('./broker.ts', import.meta.url).href;
    const program = `const { startKafkaBroker } = await import(${JSON.stringify(door)});
      const broker = await startKafkaBroker({ dataDir: ${JSON.stringify(dataDir)} });
      await broker.stop();`;
    // A process of its own: the locale of a running one is not changed.
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '--no-warnings', LC_ALL: 'POSIX' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(existsSync(join(dataDir, 'logs', 'meta.properties'))).toBe(true);
  }, 120_000);

  test('refuses a folder with a comma, which Kafka reads as two', async () => {
    await expect(start({}, 'one,two')).rejects.toMatchObject({ reason: 'data-unusable' });
  });

  test('a paused broker answers nothing until it is resumed', async () => {
    const broker = await start();
    broker.pause();
    // The signal is taken thread by thread: an answer may still be on its way when it has been sent.
    while ((await servingBrokers(broker.port, 500)) !== undefined);
    expect(await servingBrokers(broker.port, 500)).toBeUndefined();
    broker.resume();
    expect(await servingBrokers(broker.port, 10_000)).toEqual([1]);
    broker.pause();
    await broker.stop();
    expect(isAlive(broker.pid)).toBe(false);
  }, 120_000);

  test('refuses a port in use with one sentence', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    try {
      // A folder of its own: on the others' a broker that a failed test left would be adopted.
      await expect(start({ port }, 'refused')).rejects.toMatchObject({
        reason: 'port-in-use',
        message: `Port ${port} is in use by another program: stop it, or choose another port for Kafka.`,
      });
    } finally {
      taken.close();
    }
  }, 60_000);

  test('three nodes form one cluster', async () => {
    const [one, two, three] = await Promise.all([freePort(), freePort(), freePort()]);
    const cluster = { id: newClusterId(), controllers: { 1: one, 2: two, 3: three } };
    const nodes = await Promise.all(
      [1, 2, 3].map((nodeId) => start({ nodeId, cluster }, `node-${nodeId}`)),
    );
    // Each knows itself first; that all three know each other takes another round of the quorum.
    let seen: number[] | undefined;
    do seen = await servingBrokers(nodes[0]!.port, 5_000);
    while ((seen?.length ?? 0) < nodes.length);
    expect(seen?.toSorted()).toEqual([1, 2, 3]);
    await Promise.all(nodes.map((node) => node.stop()));
    expect(nodes.some((node) => isAlive(node.pid))).toBe(false);
  }, 180_000);
});
