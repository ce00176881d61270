import type { DevMail } from '@tact/contracts';
import { simpleParser, type AddressObject } from 'mailparser';

const addressesOf = (given: AddressObject | AddressObject[] | undefined): string[] =>
  [given ?? []].flat().flatMap(({ value }) => value.flatMap(({ address }) => address ?? []));

const headerOf = (line: string): { name: string; value: string } => {
  const colon = line.indexOf(':');
  return {
    name: line.slice(0, colon).trim().slice(0, 200) || '?',
    value: line
      .slice(colon + 1)
      .replaceAll(/\r?\n[ \t]+/g, ' ')
      .trim(),
  };
};

/** What a mail says, from its bytes. Recipients are those of the envelope: a mail need not name them. */
export const readMail = async (
  bytes: Buffer,
  recipients: readonly string[],
): Promise<Omit<DevMail, 'id' | 'at'>> => {
  // The HTML is shown as it came, so nothing is made of the text and no image is written into it.
  const mail = await simpleParser(bytes, {
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
  });
  return {
    from: addressesOf(mail.from).join(', '),
    to: [...recipients],
    subject: mail.subject ?? '',
    bytes: bytes.length,
    ...(mail.messageId === undefined ? {} : { messageId: mail.messageId }),
    headers: mail.headerLines.map(({ line }) => headerOf(line)),
    ...(mail.text === undefined ? {} : { text: mail.text }),
    ...(typeof mail.html === 'string' ? { html: mail.html } : {}),
    attachments: mail.attachments.map(({ filename, contentType, size }) => ({
      name: filename ?? '',
      type: contentType.slice(0, 200) || '?',
      bytes: size,
    })),
  };
};
