import { createTransport } from 'nodemailer';
import type { DkimKey } from './mail-settings.ts';
import type { Mail, MailSender } from './mail.ts';
import { isMessageId } from './message-id.ts';
import { renderMail } from './template.ts';

/** Ends a header line, and could begin another one of the sender's choice. */
// eslint-disable-next-line no-control-regex
const breaksHeader = /[\u0000-\u001f\u007f\u2028\u2029]/;
/** Turns the writing round, or is not seen: what stands there would not be what is read. */
const hidden = /[\u0080-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
const NAME_MAX = 120;

/** A name that mail programs would decode (RFC 2047) is another one than was given. */
const isName = (name: string): boolean =>
  name.trim() !== '' &&
  name.length <= NAME_MAX &&
  !breaksHeader.test(name) &&
  !hidden.test(name) &&
  !name.includes('=?');

const oneAddress = /^[^\s<>(),;:"\\@]+@[^\s<>(),;:"\\@]+$/;

/** RFC 8058, 3.1: the URI is HTTPS. A platform that is seen on this machine alone has no certificate. */
const isOneClick = (url: string, mayBeLoopback: boolean): boolean =>
  !/[\s<>,]/.test(url) &&
  (url.startsWith('https://') ||
    (mayBeLoopback && /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?\//.test(url)));

const isAddress = (text: string): boolean => oneAddress.test(text) && !breaksHeader.test(text);

const assertSender = ({ name, replyTo }: MailSender): void => {
  if (!isName(name)) {
    throw new Error('a sender has a name of one line that is read as it is written');
  }
  if (replyTo !== undefined && !isAddress(replyTo)) {
    throw new Error('answers go to one plain address');
  }
};

/** What a caller's words may come to in a header. Throws, a defect of the caller, on what begins one of its own. */
export const assertHeaders = (
  { to, document, sender, unsubscribe }: Omit<Mail, 'messageId'>,
  { mayBeLoopback = false }: Pick<Composing, 'mayBeLoopback'>,
): void => {
  if (!isAddress(to)) throw new Error('a mail has one plain address as its recipient');
  if (sender !== undefined) assertSender(sender);
  if (breaksHeader.test(document.subject)) throw new Error('a subject is one line of text');
  if (unsubscribe !== undefined && !isOneClick(unsubscribe.url, mayBeLoopback)) {
    throw new Error('one-click unsubscription needs one HTTPS address');
  }
};

export type Composing = {
  readonly from: string;
  readonly dkim?: DkimKey;
  /** One click may lead to this machine itself: in the embedded platform alone. */
  readonly mayBeLoopback?: boolean;
};

/** The bytes of a mail as they are handed to a server, signed when there is a key. Throws on what no header may hold. */
export const composeMail = async (mail: Mail, composing: Composing): Promise<Buffer> => {
  assertHeaders(mail, composing);
  const { from, dkim } = composing;
  const { to, document, messageId, sender, unsubscribe } = mail;
  if (!isMessageId(messageId)) throw new Error('a Message-ID is made by messageIdOf');
  const transport = createTransport({
    streamTransport: true as const,
    buffer: true,
    newline: 'windows',
    // Nothing of a mail comes from a file or an address that somebody wrote into it.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(dkim === undefined ? {} : { dkim }),
  });
  const { message } = await transport.sendMail({
    // The library quotes or encodes the name, as its letters need.
    from: sender === undefined ? from : { name: sender.name, address: from },
    ...(sender?.replyTo === undefined ? {} : { replyTo: sender.replyTo }),
    to,
    messageId,
    subject: document.subject,
    ...renderMail(document),
    headers: {
      'content-language': document.language,
      // RFC 3834: no machine answers this.
      'auto-submitted': 'auto-generated',
      ...(unsubscribe === undefined
        ? {}
        : { 'list-unsubscribe-post': 'List-Unsubscribe=One-Click' }),
    },
    ...(unsubscribe === undefined ? {} : { list: { unsubscribe: { url: unsubscribe.url } } }),
  });
  if (!Buffer.isBuffer(message)) throw new Error('a composed mail is a buffer');
  return message;
};
