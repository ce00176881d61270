import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withLock } from '../lock-file.ts';
import { demandPort, freePort, portInUse } from '../ports.ts';
import { commandLineOf, isAlive, signal, until } from '../processes.ts';
import { ServerRefused, refusalOf } from '../refusal.ts';
import { prepareKafka } from './jars.ts';
import type { Jars } from './jars.ts';
import { kafkaAvailable } from './java.ts';
import { explain, java, logSince, logSize } from './jvm.ts';
import { newClusterId, propertiesFor } from './properties.ts';
import type { KafkaCluster } from './properties.ts';
import { servingBrokers } from './readiness.ts';

export type KafkaBrokerOptions = {
  /** Holds the broker's records, its settings and `broker.log`. */
  dataDir: string;
  /** Default: the port of the last run on this folder when it is free, else any free port. */
  port?: number;
  nodeId?: number;
  cluster?: KafkaCluster;
  /** Broker settings that win over `infra/kafka/broker.properties`. */
  settings?: Readonly<Record<string, string>>;
  onProgress?: (line: string) => void;
};

export type KafkaBroker = {
  /** What clients connect to: `['127.0.0.1:<port>']`. */
  brokers: string[];
  port: number;
  pid: number;
  adopted: boolean;
  /** Resolves when the process is gone, wanted or not. */
  exited: Promise<void>;
  /** SIGTERM, then SIGKILL after 10 s; also wakes a paused broker. */
  stop(): Promise<void>;
  /** False when it does not answer in time, which a frozen broker does not. */
  speaks(waitMsMax: number): Promise<boolean>;
  /** SIGKILL; its log recovers at the next start. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
};

const READY_MS_MAX = 90_000;
const STOP_MS_MAX = 10_000;
const ADOPT_MS_MAX = 10_000;

type Node = { dataDir: string; nodeId: number; port: number };
type BrokerFile = { pid: number; port: number; controllerPort: number };

/** Starts a broker (KRaft, controller included) on the folder, or adopts the live one. Throws `ServerRefused`. */
export const startKafkaBroker = async (options: KafkaBrokerOptions): Promise<KafkaBroker> => {
  const dataDir = resolve(options.dataDir);
  try {
    mkdirSync(dataDir, { recursive: true });
    if (dataDir.includes(','))
      throw new ServerRefused(
        'data-unusable',
        `Kafka takes a comma in a folder's name for its end, and ${dataDir} has one: choose another data folder.`,
      );
    const able = kafkaAvailable();
    if (!able.available) throw new ServerRefused('tool-missing', able.why);
    const jars = await prepareKafka(options);
    return await withLock(`${dataDir}.lock`, () => startLocked({ ...options, dataDir }, jars));
  } catch (error) {
    throw refusalOf(error, dataDir);
  }
};

/** Stops the broker that works on the folder, whoever started it; false when there is none. */
export const stopKafkaBroker = async (folder: string): Promise<boolean> => {
  const dataDir = resolve(folder);
  if (!existsSync(dataDir)) return false;
  return withLock(`${dataDir}.lock`, async () => {
    const last = readBrokerFile(dataDir);
    if (last === undefined || !isBrokerOf(last.pid, dataDir)) return false;
    await handle({ dataDir, nodeId: 1, port: last.port }, last.pid, true).stop();
    return true;
  });
};

const startLocked = async (options: KafkaBrokerOptions, jars: Jars): Promise<KafkaBroker> => {
  const { dataDir, nodeId = 1, settings = {}, onProgress } = options;
  const last = readBrokerFile(dataDir);
  const adopted = last && (await adopt({ dataDir, nodeId, port: last.port }, last.pid));
  if (adopted) {
    onProgress?.(`Kafka was already running on ${adopted.brokers.join(',')}: adopted`);
    return adopted;
  }
  const port = await choosePort(options.port, last?.port);
  const { own, controllers } = await controllersOf(options, last?.controllerPort);
  const propertiesFile = join(dataDir, 'server.properties');
  writeFileSync(propertiesFile, propertiesFor({ dataDir, nodeId, port, controllers, settings }));
  await formatOnce(jars, options);
  const pid = await launch({ dataDir, nodeId, port }, jars, own);
  onProgress?.(`Kafka ${jars.version} listens on 127.0.0.1:${port}`);
  return handle({ dataDir, nodeId, port }, pid, false);
};

/** The node's own port, and node id to port: those of the cluster it joins, else itself alone. */
const controllersOf = async (
  { nodeId = 1, cluster }: KafkaBrokerOptions,
  last: number | undefined,
): Promise<{ own: number; controllers: Readonly<Record<number, number>> }> => {
  const own = cluster?.controllers[nodeId] ?? (await choosePort(undefined, last));
  return { own, controllers: cluster?.controllers ?? { [nodeId]: own } };
};

const choosePort = async (
  requested: number | undefined,
  last: number | undefined,
): Promise<number> => {
  if (requested) return demandPort(requested, 'Kafka');
  if (last === undefined) return freePort();
  return demandPort(last, 'Kafka').catch(() => freePort());
};

/** A live broker of this folder is adopted when it answers; one that does not is killed, its log recovers. */
const adopt = async (node: Node, pid: number): Promise<KafkaBroker | undefined> => {
  if (!isBrokerOf(pid, node.dataDir)) return undefined;
  signal(pid, 'SIGCONT');
  const deadline = Date.now() + ADOPT_MS_MAX;
  while (Date.now() < deadline && isAlive(pid))
    if ((await servingBrokers(node.port, 2_000))?.includes(node.nodeId))
      return handle(node, pid, true);
  signal(pid, 'SIGKILL');
  await until(() => !isAlive(pid), STOP_MS_MAX);
  return undefined;
};

const isBrokerOf = (pid: number, dataDir: string): boolean => {
  return isAlive(pid) && commandLineOf(pid).includes(join(dataDir, 'server.properties'));
};

const readBrokerFile = (dataDir: string): BrokerFile | undefined => {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'broker.json'), 'utf8')) as BrokerFile;
  } catch {
    return undefined;
  }
};

const formatOnce = async (jars: Jars, options: KafkaBrokerOptions): Promise<void> => {
  const { dataDir, cluster, onProgress } = options;
  if (existsSync(join(dataDir, 'logs', 'meta.properties'))) return;
  onProgress?.('Kafka: creating the data folder');
  await format(jars, dataDir, cluster?.id ?? newClusterId());
};

const format = async (jars: Jars, dataDir: string, clusterId: string): Promise<void> => {
  const settings = ['-c', join(dataDir, 'server.properties'), '--ignore-formatted'];
  const since = logSize(dataDir);
  const child = java(
    jars,
    ['kafka.tools.StorageTool', 'format', '-t', clusterId, ...settings],
    dataDir,
  );
  const code = await new Promise<number | null>((settle) => {
    child.once('error', () => settle(null));
    child.once('exit', settle);
  });
  if (code === 0) return;
  rmSync(join(dataDir, 'logs'), { recursive: true, force: true });
  throw explain(dataDir, since);
};

const launch = async (node: Node, jars: Jars, controllerPort: number): Promise<number> => {
  const { dataDir, nodeId, port } = node;
  const since = logSize(dataDir);
  const child = java(jars, ['kafka.Kafka', join(dataDir, 'server.properties')], dataDir);
  child.once('error', () => undefined);
  child.unref();
  const gone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const { pid } = child;
  if (pid === undefined) throw explain(dataDir, since);
  const file: BrokerFile = { pid, port, controllerPort };
  writeFileSync(join(dataDir, 'broker.json'), JSON.stringify(file));
  const deadline = Date.now() + READY_MS_MAX;
  while (!gone() && Date.now() < deadline) {
    if ((await servingBrokers(port, 2_000))?.includes(nodeId)) return pid;
    await until(gone, 50);
  }
  signal(pid, 'SIGKILL');
  const said = logSince(dataDir, since);
  if (/BindException|Address already in use/.test(said)) throw portInUse(port, 'Kafka');
  throw explain(dataDir, since);
};

const handle = (node: Node, pid: number, adopted: boolean): KafkaBroker => {
  let stopped: Promise<void> | undefined;
  const gone = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    if (isAlive(pid)) return;
    clearInterval(timer);
    gone.resolve();
  }, 100);
  timer.unref();
  const end = async (names: readonly NodeJS.Signals[]): Promise<void> => {
    for (const name of names)
      if (!signal(pid, name) || (await until(() => !isAlive(pid), STOP_MS_MAX))) break;
    clearInterval(timer);
    gone.resolve();
  };
  return {
    brokers: [`127.0.0.1:${node.port}`],
    port: node.port,
    pid,
    adopted,
    exited: gone.promise,
    stop: () => {
      signal(pid, 'SIGCONT');
      return (stopped ??= end(['SIGTERM', 'SIGKILL']));
    },
    speaks: async (waitMsMax) => (await servingBrokers(node.port, waitMsMax)) !== undefined,
    kill: () => end(['SIGKILL']),
    pause: () => void signal(pid, 'SIGSTOP'),
    resume: () => void signal(pid, 'SIGCONT'),
  };
};
