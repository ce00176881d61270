import { Readable } from 'node:stream';
import { MINUTE_MS } from '@tact/contracts';
import type { NodemailerError } from 'nodemailer/lib/errors';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { HandOverOutcome, MailOutcome, MailRefusal } from './mail.ts';

export type SmtpServer = {
  readonly url: string;
  /** Also send in clear when the server offers no TLS. */
  readonly mayBeClear: boolean;
};

/** Limits of one delivery, in milliseconds. */
export type SmtpLimits = {
  readonly connectMsMax: number;
  /** Until the server asks for the text; none when absent, but what is silent. */
  readonly beforeTextMsMax?: number;
  readonly silenceMsMax: number;
  /** Of all of it: who answers a letter at a time holds one place, and not for ever. */
  readonly totalMsMax?: number;
};
/** RFC 5321, 4.5.3.2: five minutes for the greeting and the envelope, ten for the answer to the text. */
export const smtpLimits = {
  connectMsMax: 30_000,
  beforeTextMsMax: 5 * MINUTE_MS,
  silenceMsMax: 10 * MINUTE_MS,
  totalMsMax: 15 * MINUTE_MS,
} as const satisfies SmtpLimits;

const loopback = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

const refusalOf = ({ command = '', code }: NodemailerError): MailRefusal => {
  if (code === 'EAUTH' || command.startsWith('AUTH')) return 'authentication';
  if (command === 'RCPT TO') return 'recipient';
  if (command === 'MAIL FROM') return 'sender';
  return command === 'DATA' ? 'content' : 'protocol';
};

/**
 * RFC 3463: x.3 speaks of the mail system, x.4 of the network, x.7 of policy. A server that says so refuses whoever sends,
 * for what the operator mends, and not this person or this text: a relay that is not allowed, an address on a list.
 */
const isOfOperator = ({ response = '' }: NodemailerError): boolean =>
  /^\d{3}[ -]5\.[347]\.\d{1,3}\b/.test(response);

const isReply = (error: NodemailerError): error is NodemailerError & { responseCode: number } =>
  error.responseCode !== undefined && error.command !== 'CONN';

/** A reply of the server is its last word; without one, all depends on whether it was given the text already. */
const outcomeOf = (error: NodemailerError, wasHandedOver: boolean): MailOutcome => {
  if (isReply(error)) {
    const why = refusalOf(error);
    if (error.permanent === true && isOfOperator(error)) {
      return { outcome: 'deferred', why: why === 'authentication' ? why : 'policy' };
    }
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
    greetingTimeout: limits.beforeTextMsMax ?? limits.connectMsMax,
    dnsTimeout: limits.connectMsMax,
    socketTimeout: limits.silenceMsMax,
    logger: false,
  });
  return { connection, auth };
};

/** Asked when the server waits for the text and has nothing of it yet: false, and it gets none. */
export type MayBeHandedOver = () => Promise<boolean>;

class Withheld extends Error {
  override readonly name = 'Withheld';
}

/** The question itself failed: a matter of whoever asks, not of the server. */
class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** Gives the text once it may be given, and remembers that it was. */
class GuardedText {
  wasHandedOver = false;

  constructor(
    private readonly message: Buffer,
    private readonly mayBeHandedOver: MayBeHandedOver,
  ) {}

  async *given(): AsyncGenerator<Buffer> {
    const may = await this.mayBeHandedOver().catch((cause: unknown) => {
      throw new Unanswered('whether a mail may leave could not be asked', { cause });
    });
    if (!may) throw new Withheld();
    this.wasHandedOver = true;
    yield this.message;
  }
}

type Step = (done: (error?: Error | null) => void) => void;
const step = (run: Step): Promise<void> =>
  new Promise((resolve, reject) => run((error) => (error ? reject(error) : resolve())));

const after = (ms: number | undefined, end: () => void): NodeJS.Timeout | undefined =>
  ms === undefined ? undefined : setTimeout(end, ms);

export type Delivery = {
  readonly server: SmtpServer;
  readonly limits?: SmtpLimits;
  /** Always when absent. What it throws is thrown on: the server has nothing then. */
  readonly mayBeHandedOver?: MayBeHandedOver;
};

const always: MayBeHandedOver = () => Promise.resolve(true);

/**
 * Hands the bytes of a mail to a server, once, and never tries again: the outcome says what the caller may do. The text
 * is drawn from us after the server asked for it, which is how we know that it may have it.
 */
export const deliver = async (
  message: Buffer,
  envelope: { readonly from: string; readonly to: string },
  { server, limits = smtpLimits, mayBeHandedOver = always }: Delivery,
): Promise<HandOverOutcome> => {
  const { connection, auth } = connectionTo(server, limits);
  const guarded = new GuardedText(message, mayBeHandedOver);
  const text = Readable.from(guarded.given(), { objectMode: false });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const ends = [
    after(limits.totalMsMax, () => failed.reject(new Error('the delivery took too long'))),
    after(limits.beforeTextMsMax, () => {
      if (!guarded.wasHandedOver) failed.reject(new Error('the text was not asked for'));
    }),
  ];
  text.on('error', failed.reject);
  connection.on('error', failed.reject);
  // What the server said last is heard first.
  connection.on('end', () => setImmediate(() => failed.reject(new Error('the connection ended'))));
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
    if (error instanceof Withheld) return { outcome: 'withheld' };
    if (error instanceof Unanswered) throw error.cause;
    return outcomeOf(error as NodemailerError, guarded.wasHandedOver);
  } finally {
    for (const end of ends) clearTimeout(end);
  }
};
