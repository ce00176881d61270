import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaHome } from './jars.ts';

/** Several brokers that form one cluster: every node is a broker and a voter of the controller quorum. */
export type KafkaCluster = {
  id: string;
  /** Controller port per node id; the caller chooses them (`freePort`) before the first node starts. */
  controllers: Readonly<Record<number, number>>;
};

/** A new cluster id in Kafka's own form: 16 bytes in base64url that do not begin with a dash. */
export const newClusterId = (): string => {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
};

/** As Java reads its property files: Latin-1, where other letters and backslashes are escaped. */
const escaped = (value: string): string =>
  value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll(
      /[^\x20-\x7E]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );

/** The text of `server.properties`: the common settings, this node's own, then what the caller overrides. */
export const propertiesFor = (node: {
  dataDir: string;
  nodeId: number;
  port: number;
  controllers: Readonly<Record<number, number>>;
  settings: Readonly<Record<string, string>>;
}): string => {
  const { nodeId, port, controllers } = node;
  const size = Object.keys(controllers).length;
  const replicas = String(Math.min(3, size));
  const inSync = size >= 3 ? '2' : '1';
  const voters = Object.entries(controllers).map(([id, at]) => `${id}@127.0.0.1:${at}`);
  const own: Record<string, string> = {
    'node.id': String(nodeId),
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllers[nodeId]}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.quorum.voters': voters.join(','),
    'log.dirs': join(node.dataDir, 'logs'),
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    ...node.settings,
  };
  const lines = Object.entries(own).map(([name, value]) => `${name}=${escaped(value)}`);
  return `${readFileSync(join(kafkaHome, 'broker.properties'), 'utf8')}\n${lines.join('\n')}\n`;
};
