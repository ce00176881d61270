import { createTransport } from 'nodemailer';
import type { DkimKey } from './mail-settings.ts';
import type { Mail } from './mail.ts';
import { isMessageId } from './message-id.ts';
import { renderMail } from './template.ts';

/** Ends a header line, and could begin another one of the sender's choice. */
// eslint-disable-next-line no-control-regex
const breaksHeader = /[\u0000-\u001f\u007f\u2028\u2029]/;
const oneAddress = /^[^\s<>(),;:"\\@]+@[^\s<>(),;:"\\@]+$/;

const assertHeaders = ({ to, document, messageId, unsubscribe }: Mail): void => {
  if (!oneAddress.test(to)) throw new Error('a mail has one plain address as its recipient');
  if (breaksHeader.test(document.subject)) throw new Error('a subject is one line of text');
  if (!isMessageId(messageId)) throw new Error('a Message-ID is made by messageIdOf');
  if (unsubscribe === undefined) return;
  // RFC 8058, 3.1: the URI is HTTPS.
  if (!unsubscribe.url.startsWith('https://') || /[\s<>,]/.test(unsubscribe.url)) {
    throw new Error('one-click unsubscription needs one HTTPS address');
  }
};

export type Composing = { readonly from: string; readonly dkim?: DkimKey };

/** The bytes of a mail as they are handed to a server, signed when there is a key. Throws on what no header may hold. */
export const composeMail = async (mail: Mail, { from, dkim }: Composing): Promise<Buffer> => {
  assertHeaders(mail);
  const { to, document, messageId, unsubscribe } = mail;
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
    from,
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
