import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { Mailbox } from './mailbox.ts';
import { readMail } from './read-mail.ts';

/** Of one mail; `SIZE` tells it to who sends. */
export const MAIL_BYTES_MAX = 2 * 1024 * 1024;

const collect = async (stream: SMTPServerDataStream): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  // What is too long is read to its end and dropped, or the sender would hear of it too late.
  for await (const piece of stream) if (!stream.sizeExceeded) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
};

const refusal = (text: string, responseCode: number): Error =>
  Object.assign(new Error(text), { responseCode });

/** Gives the reply of a refusal, or nothing: the mail is kept. */
const take = async (
  stream: SMTPServerDataStream,
  recipients: readonly string[],
  mailbox: Mailbox,
): Promise<Error | undefined> => {
  try {
    const bytes = await collect(stream);
    if (stream.sizeExceeded) return refusal('The mail is too large.', 552);
    mailbox.add(await readMail(bytes, recipients));
    return undefined;
  } catch {
    return refusal('The mail cannot be read.', 554);
  }
};

export type Smtp = { readonly port: number; close(): Promise<void> };

/** A real SMTP server that delivers to nobody: whatever it takes is in the mailbox. Loopback only. */
export const listenForMail = async (mailbox: Mailbox, preferredPort: number): Promise<Smtp> => {
  const server = new SMTPServer({
    // The line is this machine's own; nobody has to say who he is.
    disabledCommands: ['AUTH', 'STARTTLS'],
    authOptional: true,
    logger: false,
    size: MAIL_BYTES_MAX,
    maxClients: 50,
    socketTimeout: 60_000,
    disableReverseLookup: true,
    onData: (stream, { envelope }, done) => {
      const recipients = envelope.rcptTo.map(({ address }) => address);
      const answer = async (): Promise<void> => {
        const error = await take(stream, recipients, mailbox);
        if (error === undefined) done(null, 'kept for /dev/mail, delivered to nobody');
        else done(error);
      };
      void answer();
    },
  });
  // A client that breaks off is no matter of ours.
  server.on('error', () => undefined);
  const port = await new Promise<number>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(preferredPort, '127.0.0.1', () => {
      server.server.off('error', reject);
      resolve((server.server.address() as AddressInfo).port);
    });
  });
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
};
