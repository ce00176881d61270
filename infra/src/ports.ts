import { createServer } from 'node:net';
import { ServerRefused } from './refusal.ts';

/** A port nobody listens on now on 127.0.0.1; the system hands them out in turn, so two callers rarely meet. */
export const freePort = (): Promise<number> => {
  return listenOnce(0);
};

/** Refuses with a sentence when `port` cannot be listened on. */
export const demandPort = async (port: number, owner: string): Promise<number> => {
  try {
    return await listenOnce(port);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') throw portInUse(port, owner, error);
    throw new ServerRefused(
      'no-rights',
      `${owner} may not listen on port ${port} (${code}): choose another port.`,
      { cause: error },
    );
  }
};

export const portInUse = (port: number, owner: string, cause?: unknown): ServerRefused => {
  return new ServerRefused(
    'port-in-use',
    `Port ${port} is in use by another program: stop it, or choose another port for ${owner}.`,
    { cause },
  );
};

const listenOnce = (port: number): Promise<number> => {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
};
