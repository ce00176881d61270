import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { StartRefusal, codeOf } from '../refusals/start-refusal.ts';

export type Listening = {
  readonly origin: string;
  readonly port: number;
  /** Open now. */
  connections(): Promise<number>;
  /** Takes no new connection, lets requests end for as long, then cuts what is left. */
  close(drainMs: number): Promise<void>;
};

const local = ['127.0.0.1', '::1'] as const;
/** The machine has no IPv6: `localhost` can only mean 127.0.0.1 then. */
const absent = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    // As many as arrive at once after a restart; the system may allow fewer.
    server.listen({ port, host, backlog: 4_096 }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

/** The port that the system names: where any was asked for, the one that it drew. */
const portIn = (error: unknown): number | undefined =>
  (error as { port?: number } | undefined)?.port;

const refused = (error: unknown, port: number): StartRefusal => {
  const code = codeOf(error);
  const sentence =
    code === 'EADDRINUSE'
      ? `Port ${port} is in use by another program: stop it, or choose another with PORT (0 takes any free one).`
      : `Port ${port} cannot be listened on (${code ?? 'no reason given'}): choose another with PORT (0 takes any free one).`;
  return new StartRefusal(sentence, { cause: error });
};

/** A kept-alive connection that seems idle may have a request on its way: it is answered, as the last one. */
const LINGER_MS_MAX = 500;

const close = async (servers: readonly Server[], drainMs: number): Promise<void> => {
  // Whoever is connected already, and only waits to be accepted, would be cut off without an answer.
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const linger = setTimeout(
    () => servers.forEach((server) => server.closeIdleConnections()),
    Math.min(LINGER_MS_MAX, drainMs / 2),
  );
  const cut = setTimeout(() => servers.forEach((server) => server.closeAllConnections()), drainMs);
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => stopListening(server, resolve))),
  );
  clearTimeout(linger);
  clearTimeout(cut);
};

/** `Server.close` of node:http would close idle connections at once; the one below it only stops accepting. */
const stopListening = (server: Server, closed: () => void): void => {
  NetServer.prototype.close.call(server, () => closed());
};

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));

/** What a caller on this machine writes for the host: an address that stands for all of them is `localhost`. */
const shownHost = (host: string | undefined): string => {
  if (host === undefined || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};

/** The same port on every address; all but the first may be missing on this machine. */
const listenOnAll = async (
  { servers, newServer }: { readonly servers: Server[]; readonly newServer: () => Server },
  hosts: readonly string[],
  requested: number,
): Promise<number> => {
  let port = requested;
  for (const address of hosts) {
    const server = newServer();
    try {
      port = await listen(server, port, address);
      servers.push(server);
    } catch (error) {
      if (servers.length === 0 || !absent.has(codeOf(error) ?? '')) throw error;
    }
  }
  return port;
};

/** `localhost` means both loopback addresses; a host of the caller's choice means that one. */
export const listenOn = async (
  newServer: () => Server,
  { port: requested, host }: { port: number; host: string | undefined },
): Promise<Listening> => {
  const hosts = host === undefined || host === 'localhost' ? local : [host];
  for (let turn = 0; ; turn += 1) {
    const servers: Server[] = [];
    try {
      const port = await listenOnAll({ servers, newServer }, hosts, requested);
      return {
        origin: `http://${shownHost(host)}:${port}`,
        port,
        connections: async () => {
          const counts = await Promise.all(servers.map(connectionsOf));
          return counts.reduce((sum, count) => sum + count, 0);
        },
        close: (drainMs) => close(servers, drainMs),
      };
    } catch (error) {
      await close(servers, 0);
      // Any port was asked for, and the free one of IPv4 is taken on IPv6: take another.
      if (requested === 0 && codeOf(error) === 'EADDRINUSE' && turn < 10) continue;
      throw refused(error, portIn(error) ?? requested);
    }
  }
};
