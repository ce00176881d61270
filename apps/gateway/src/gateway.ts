import type { Log } from '@tact/platform/observability';
import { Uploads } from './bodies/uploads.ts';
import type { GatewayConfig, Origins } from './config.ts';
import { ConnectionCap } from './connections/connection-cap.ts';
import type { AskClock } from './pages/dev-clock.ts';
import { createEdge } from './edge.ts';
import { listenOn } from './connections/listen.ts';
import { listenForOperators } from './operating/operator-port.ts';
import { serverOf } from './connections/server.ts';
import { Upstreams } from './upstreams/upstreams.ts';
import { Watch } from './metrics/watch.ts';

export type Gateway = {
  readonly origin: string;
  readonly port: number;
  readonly operatorPort: number | undefined;
  /** Services answer elsewhere now, and so does the mail sink where there is one. */
  moveTo(origins: Origins, mail?: string): void;
  /** Lets running requests end for a while, then cuts them. */
  stop(drainMs: number): Promise<void>;
};

const gauges = ({ metrics }: Watch, uploads: Uploads, open: () => Promise<number>): void => {
  const of = (name: string, help: string, read: () => number | Promise<number>): void =>
    metrics.gauge(name, help, async (gauge) => gauge.set(await read()));
  of('tact_gateway_bodies', 'Bodies on their way in.', () => uploads.count);
  of('tact_gateway_body_bytes', 'Bytes of bodies held in memory.', () => uploads.bytes);
  of('tact_gateway_connections', 'Connections of callers.', open);
};

/** One origin in front of the services. Throws `StartRefusal` when the port cannot be listened on. */
export const startGateway = async (
  config: GatewayConfig,
  log: Log,
  askClock?: AskClock,
): Promise<Gateway> => {
  const watch = new Watch(log);
  const upstreams = new Upstreams();
  const uploads = new Uploads(config);
  let draining = false;
  let ownOrigin = config.TACT_PUBLIC_ORIGIN;
  let mailOrigin: string | undefined;
  const edge = await createEdge({
    upstreams,
    uploads,
    watch,
    trustedProxies: config.TACT_TRUSTED_PROXIES,
    ownOrigin: () => ownOrigin ?? '/',
    mailOrigin: () => mailOrigin,
    askClock,
    https: config.TACT_PUBLIC_ORIGIN?.startsWith('https:') ?? false,
    isDraining: () => draining,
  });
  const release = async (): Promise<void> => {
    uploads.close();
    await edge.close();
    await upstreams.close();
  };
  const cap = new ConnectionCap({
    most: config.TACT_CONNECTIONS_PER_ADDRESS,
    trusted: config.TACT_TRUSTED_PROXIES,
    refused: () => watch.connectionRefused(),
  });
  try {
    const listening = await listenOn(
      () => serverOf((request, response) => edge.routing(request, response), cap),
      { port: config.PORT, host: config.HOST },
    );
    ownOrigin ??= listening.origin;
    gauges(watch, uploads, () => listening.connections());
    const operators = await listenForOperators(watch.metrics, config);
    return {
      origin: listening.origin,
      port: listening.port,
      operatorPort: operators?.port,
      moveTo: (origins, mail) => {
        upstreams.moveTo(origins);
        mailOrigin = mail;
      },
      stop: async (drainMs) => {
        draining = true;
        await listening.close(drainMs);
        await operators?.close(0);
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
};
