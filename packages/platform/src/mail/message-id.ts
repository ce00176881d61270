import { createHash } from 'node:crypto';

/** Dot-atoms of RFC 5322: an id of any other form could end its header and begin another. */
const wellFormed = /^<[\w.+-]{1,64}@[A-Za-z0-9.-]{1,190}>$/;

/** The domain of an address; what signs and answers for the mail. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/**
 * The Message-ID of a mail, from what the caller knows it by (an id of a row, say): every attempt has the same one, so
 * that a mail which arrives twice after all is shown once by programs that look at it. A hash, so it tells nothing.
 */
export const messageIdOf = (idempotencyId: string, from: string): string => {
  const hash = createHash('sha256').update(`mail\n${idempotencyId}`).digest('hex').slice(0, 40);
  return `<${hash}@${domainOf(from)}>`;
};

export const isMessageId = (text: string): boolean => wellFormed.test(text);
