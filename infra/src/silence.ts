import { connect } from 'node:net';

/** "May this connection be encrypted?", the first words of PostgreSQL's protocol: one byte answers it, without a login. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * True when a process behind the port says a first word in time. It says it also while it recovers and when it has no
 * connection left; an open port alone says nothing, for the system accepts connections for a stopped process too.
 */
export const postgresSpeaks = (port: number, waitMsMax: number): Promise<boolean> => {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (speaks: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(speaks);
    };
    const timer = setTimeout(() => settle(false), waitMsMax);
    socket.once('error', () => settle(false));
    socket.once('connect', () => socket.write(sslRequest));
    socket.once('data', () => settle(true));
    socket.once('close', () => settle(false));
  });
};
