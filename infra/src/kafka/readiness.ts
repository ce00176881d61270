import { connect } from 'node:net';

const METADATA_KEY = 3;
const METADATA_VERSION = 1;

/**
 * Asks the port for the cluster's metadata and returns the ids of the brokers that serve; undefined when nothing
 * that speaks Kafka answers in time. An open port alone says too little: a fenced broker accepts connections too.
 */
export const servingBrokers = (port: number, waitMsMax: number): Promise<number[] | undefined> => {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = Buffer.alloc(0);
    const settle = (brokers: number[] | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(brokers);
    };
    const timer = setTimeout(() => settle(undefined), waitMsMax);
    socket.once('error', () => settle(undefined));
    socket.once('close', () => settle(undefined));
    socket.once('connect', () => socket.write(metadataRequest()));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0))
        settle(brokerIdsIn(received));
    });
  });
};

/** Header (size, key, version, correlation, client id) and an empty list of topics: brokers only. */
const metadataRequest = (): Buffer => {
  const client = Buffer.from('tact');
  const request = Buffer.alloc(4 + 10 + client.length + 4);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(METADATA_KEY, 4);
  request.writeInt16BE(METADATA_VERSION, 6);
  request.writeInt32BE(1, 8);
  request.writeInt16BE(client.length, 12);
  client.copy(request, 14);
  return request;
};

/** Size, correlation, then per broker: id, host, port, rack (a string whose length may be -1). */
const brokerIdsIn = (response: Buffer): number[] | undefined => {
  try {
    const count = response.readInt32BE(8);
    const ids: number[] = [];
    let at = 12;
    for (let index = 0; index < count; index += 1) {
      ids.push(response.readInt32BE(at));
      at += 4;
      at += 2 + response.readInt16BE(at) + 4;
      at += 2 + Math.max(0, response.readInt16BE(at));
    }
    return ids;
  } catch {
    return undefined;
  }
};
