import { connect } from 'node:net';
import { Refusal, codeOf } from '../terminal/refusal.ts';

const TIMEOUT_MS = 3_000;

type Address = { readonly host: string; readonly port: number };

const addressesIn = (list: string): Address[] =>
  list.split(',').map((one) => {
    const [, host = '', port = ''] = /^\s*(\S+):(\d{1,5})\s*$/.exec(one) ?? [];
    if (host === '' || Number(port) < 1 || Number(port) > 65_535) {
      throw new Refusal('KAFKA_BROKERS is wrong: give host:port, several separated by commas.');
    }
    return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
  });

const reach = ({ host, port }: Address): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
  });

const reasonOf = (error: unknown): string => {
  const code = codeOf(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is not known.';
  return code === 'ECONNREFUSED' ? 'nothing listens there: is Kafka running?' : 'no answer.';
};

/**
 * Throws `Refusal` when no broker of the list can be reached: the services would wait for one in
 * silence. Once the platform runs, an outage is waited for.
 */
export const requireBrokers = async (list: string): Promise<void> => {
  try {
    await Promise.any(addressesIn(list).map(reach));
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    throw new Refusal(`KAFKA_BROKERS ${list} cannot be reached: ${reasonOf(error.errors[0])}`, {
      cause: error,
    });
  }
};
