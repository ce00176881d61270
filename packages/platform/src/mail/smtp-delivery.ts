import { Readable } from 'node:stream';
import type { NodemailerError } from 'nodemailer/lib/errors';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailOutcome, MailRefusal } from './mail.ts';

export type SmtpServer = {
  readonly url: string;
  /** Also send in clear when the server offers no TLS. */
  readonly mayBeClear: boolean;
};

/** Limits of one delivery, in milliseconds. */
export type SmtpLimits = { readonly connectMsMax: number; readonly silenceMsMax: number };
export const smtpLimits: SmtpLimits = { connectMsMax: 10_000, silenceMsMax: 60_000 };

const loopback = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

const refusalOf = ({ command = '', code }: NodemailerError): MailRefusal => {
  if (code === 'EAUTH' || command.startsWith('AUTH')) return 'authentication';
  if (command === 'RCPT TO') return 'recipient';
  if (command === 'MAIL FROM') return 'sender';
  return command === 'DATA' ? 'content' : 'protocol';
};

const isReply = (error: NodemailerError): error is NodemailerError & { responseCode: number } =>
  error.responseCode !== undefined && error.command !== 'CONN';

/** A reply of the server is its last word; without one, all depends on whether it was given the text already. */
const outcomeOf = (error: NodemailerError, wasHandedOver: boolean): MailOutcome => {
  if (isReply(error)) {
    const why = refusalOf(error);
    return error.permanent === true
      ? { outcome: 'refused', why, replyCode: error.responseCode }
      : { outcome: 'deferred', why };
  }
  if (wasHandedOver) return { outcome: 'unknown' };
  const isConnection = error.code !== 'EAUTH' && error.code !== 'EENVELOPE';
  return { outcome: 'deferred', why: isConnection ? 'no-connection' : refusalOf(error) };
};

const connectionTo = ({ url, mayBeClear }: SmtpServer, limits: SmtpLimits) => {
  const { host, port, secure, auth } = parseConnectionUrl(url);
  const isLocal = loopback.has(host ?? '');
  const connection = new SMTPConnection({
    host,
    port,
    secure,
    requireTLS: !isLocal && !mayBeClear,
    ignoreTLS: isLocal,
    connectionTimeout: limits.connectMsMax,
    greetingTimeout: limits.connectMsMax,
    dnsTimeout: limits.connectMsMax,
    socketTimeout: limits.silenceMsMax,
    logger: false,
  });
  return { connection, auth };
};

type Step = (done: (error?: Error | null) => void) => void;
const step = (run: Step): Promise<void> =>
  new Promise((resolve, reject) => run((error) => (error ? reject(error) : resolve())));

/**
 * Hands the bytes of a mail to a server, once. Never throws and never tries again: `MailOutcome` says what the caller
 * may do. The text is drawn from us after the server asked for it, which is how we know that it may have it.
 */
export const deliver = async (
  message: Buffer,
  envelope: { readonly from: string; readonly to: string },
  { server, limits = smtpLimits }: { server: SmtpServer; limits?: SmtpLimits },
): Promise<MailOutcome> => {
  const { connection, auth } = connectionTo(server, limits);
  let wasHandedOver = false;
  const text = Readable.from(
    (function* handOver() {
      wasHandedOver = true;
      yield message;
    })(),
    { objectMode: false },
  );
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  connection.on('error', failed.reject);
  connection.on('end', () => failed.reject(new Error('the connection ended')));
  const conversation = async (): Promise<void> => {
    await step((done) => connection.connect(done));
    if (auth?.user !== undefined) await step((done) => connection.login(auth, done));
    await step((done) =>
      connection.send({ ...envelope, size: message.length }, text, (error) => done(error)),
    );
  };
  try {
    await Promise.race([conversation(), failed.promise]);
    connection.quit();
    return { outcome: 'sent' };
  } catch (error) {
    connection.close();
    return outcomeOf(error as NodemailerError, wasHandedOver);
  }
};
