import type { MailDocument } from './template.ts';

/** On whose behalf a mail is sent: shown beside the address that it comes from, which is the installation's. */
export type MailSender = {
  readonly name: string;
  /** Where answers go; to the address it comes from when absent. */
  readonly replyTo?: string;
};

/** One mail to one person. */
export type Mail = {
  readonly to: string;
  /** What it says; its text and its HTML are made from this one. */
  readonly document: MailDocument;
  /** Nobody is named when absent. */
  readonly sender?: MailSender;
  /** Made before the send, see `messageIdOf`: the same mail has the same id in every attempt. */
  readonly messageId: string;
  /** RFC 8058: where one click ends further mails. HTTPS, as mailbox providers ask for. */
  readonly unsubscribe?: { readonly url: string };
};

/** Why a server did not take a mail, in a word that tells nothing of the person. */
export type MailRefusal =
  | 'recipient'
  | 'sender'
  | 'content'
  | 'authentication'
  | 'protocol'
  /** Of whoever sends: what the operator mends. */
  | 'policy';

/**
 * What became of one attempt.
 * - `sent`: the server said that it has the mail.
 * - `refused`: it said that it will never take it; another attempt would be refused too.
 * - `deferred`: it certainly does not have it; the caller may try again later.
 * - `unknown`: the text was handed over and no answer came. The mail may be on its way: nobody tries again unasked.
 */
export type MailOutcome =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'refused'; readonly why: MailRefusal; readonly replyCode: number }
  | { readonly outcome: 'deferred'; readonly why: MailRefusal | 'no-connection' }
  | { readonly outcome: 'unknown' };

/** `withheld`: at the last moment the caller did not let it go, and the server has nothing of it. */
export type HandOverOutcome = MailOutcome | { readonly outcome: 'withheld' };
