import { type AddressInfo, createServer, type Socket } from 'node:net';

type Taker = {
  /** A mail that came whole. */
  readonly take: (mail: string) => void;
  readonly isBusy: () => boolean;
};

/** One conversation with a server that takes every mail, or, while it is busy, none. */
const converse = async (socket: Socket, { take, isBusy }: Taker): Promise<void> => {
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  if (isBusy()) return void socket.end('421 busy, try again later\r\n');
  say('220 mail.example ESMTP');
  let text = '';
  let isText = false;
  const answer = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'QUIT') return void socket.end('221 bye\r\n');
    isText = verb === 'DATA';
    say(isText ? '354 go on' : '250 ok');
  };
  for await (const chunk of socket) {
    text += (chunk as Buffer).toString('utf8');
    for (;;) {
      const end = isText ? '\r\n.\r\n' : '\r\n';
      const at = text.indexOf(end);
      if (at < 0) break;
      const whole = text.slice(0, at);
      text = text.slice(at + end.length);
      if (!isText) {
        answer(whole);
        continue;
      }
      take(whole);
      isText = false;
      say('250 taken');
    }
  }
};

/** An SMTP server on this machine that keeps what it is given; on a port that it had before, it is back. */
export const startMailTaker = async (portOfBefore = 0) => {
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  let isBusy = false;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    const taker = { take: (mail: string) => void mails.push(mail), isBusy: () => isBusy };
    converse(socket, taker).catch(() => undefined);
  });
  await new Promise<void>((done) => server.listen(portOfBefore, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    mails,
    /** Takes nothing until it is told otherwise. */
    beBusy: (changed: boolean) => {
      isBusy = changed;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
};
