import type { Server } from 'node:http';
import { Refusal, codeOf } from '../refusal.ts';

export type Listening = {
  readonly origin: string;
  readonly port: number;
  close(drainMs: number): Promise<void>;
};

const LOCAL = ['127.0.0.1', '::1'] as const;
/** The machine has no IPv6: `localhost` can only mean 127.0.0.1 then. */
const absent = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

const refused = (error: unknown, port: number): Refusal => {
  const code = codeOf(error);
  const sentence =
    code === 'EADDRINUSE'
      ? `Port ${port} is in use by another program: stop it, or choose another with PORT (0 takes any free one).`
      : `Port ${port} cannot be listened on (${code ?? 'no reason given'}): choose another with PORT (0 takes any free one).`;
  return new Refusal(sentence, { cause: error });
};

const close = async (servers: readonly Server[], drainMs: number): Promise<void> => {
  const cut = setTimeout(() => servers.forEach((server) => server.closeAllConnections()), drainMs);
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeIdleConnections();
        }),
    ),
  );
  clearTimeout(cut);
};

/** `localhost` means both loopback addresses; a host of the caller's choice means that one. */
export const listenOn = async (
  newServer: () => Server,
  { port: wanted, host }: { port: number; host: string | undefined },
): Promise<Listening> => {
  const hosts = host === undefined || host === 'localhost' ? LOCAL : [host];
  for (let turn = 0; ; turn += 1) {
    const servers: Server[] = [];
    let port = wanted;
    try {
      for (const address of hosts) {
        const server = newServer();
        try {
          port = await listen(server, port, address);
          servers.push(server);
        } catch (error) {
          if (servers.length === 0 || !absent.has(codeOf(error) ?? '')) throw error;
        }
      }
      const name = hosts === LOCAL || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
      const shown = name?.includes(':') ? `[${name}]` : name;
      return {
        origin: `http://${shown}:${port}`,
        port,
        close: (drainMs) => close(servers, drainMs),
      };
    } catch (error) {
      await close(servers, 0);
      // Any port was asked for, and the free one of IPv4 is taken on IPv6: take another.
      if (wanted === 0 && codeOf(error) === 'EADDRINUSE' && turn < 10) continue;
      throw refused(error, port);
    }
  }
};
