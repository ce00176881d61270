import { Injectable } from '@nestjs/common';
import { DAY_MS, type PageLanguage } from '@tact/contracts';
import {
  type MailSender,
  MailOutbox,
  ProblemError,
  type Queryable,
  Tenants,
  Tokens,
} from '@tact/platform';
import { shownName } from '../wording/shown-name.ts';
import { WaysOut } from '../ways-out/ways-out.ts';
import type { Confirmation } from './confirmations.ts';
import { confirmationMail, receiptMail } from './consent-mails.ts';

export const confirmTokens = 'confirm-consent';

type To = {
  readonly asked: Omit<Confirmation, 'confirmedAt' | 'consentId'>;
  readonly email: string;
  readonly language: PageLanguage;
};

/** A receipt that comes days later says nothing to anybody. */
const RECEIPT_MS = 2 * DAY_MS;

/** Leaves the mails of a confirmation in the outbox, each with its way out. */
@Injectable()
export class Asking {
  constructor(
    private readonly outbox: MailOutbox,
    private readonly tokens: Tokens,
    private readonly waysOut: WaysOut,
    private readonly tenants: Tenants,
  ) {}

  /** Refuses where no mail can leave, or where its links would lead nowhere. */
  assertOpen(): void {
    if (this.outbox.isOpen && this.waysOut.origin !== undefined) return;
    const lack = this.outbox.isOpen ? 'TACT_PUBLIC_ORIGIN' : 'SMTP_URL';
    throw new ProblemError('unavailable', { detail: `No mail can leave: ${lack} is not set.` });
  }

  async ask(tx: Queryable, { asked, email, language }: To): Promise<void> {
    const { confirmationId, tenantId, contactId, purpose, channel, expiresAt } = asked;
    const { address, withdrawn } = asked;
    const token = await this.tokens.mint(tx, {
      purpose: confirmTokens,
      tenantId,
      subject: contactId,
      expiresAt,
      isSingleUse: true,
      about: { confirmation: confirmationId },
    });
    const wayOut = await this.waysOut.linkOf(tx, asked);
    const link = `${this.waysOut.origin ?? ''}/c/${token}`;
    const sender = await this.#senderOf(tenantId);
    const { name } = sender;
    await this.outbox.enqueue(tx, {
      kind: 'consent-confirmation',
      tenantId,
      subject: contactId,
      to: email,
      document: confirmationMail({ language, name, purpose, channel, wayOut, link }),
      sender,
      unsubscribe: { url: wayOut },
      about: { purpose, channel, withdrawn, address },
      notAfter: expiresAt,
    });
  }

  async sendReceipt(
    tx: Queryable,
    { receipt, ...to }: To & { readonly receipt: string },
  ): Promise<void> {
    const { asked, email, language } = to;
    const { tenantId, contactId, purpose, channel, expiresAt, address, withdrawn } = asked;
    const wayOut = await this.waysOut.linkOf(tx, asked);
    const sender = await this.#senderOf(tenantId);
    const { name } = sender;
    await this.outbox.enqueue(tx, {
      kind: 'consent-receipt',
      tenantId,
      subject: contactId,
      to: email,
      document: receiptMail({ language, name, purpose, channel, wayOut, receipt }),
      sender,
      unsubscribe: { url: wayOut },
      about: { purpose, channel, withdrawn, address },
      notAfter: new Date(expiresAt.getTime() + RECEIPT_MS),
    });
  }

  /** The business by its name, and where it hears answers: the address that a mail comes from is the installation's. */
  async #senderOf(tenantId: string): Promise<MailSender> {
    const {
      name = tenantId,
      contact,
      replyTo = contact?.email,
    } = (await this.tenants.of(tenantId)) ?? {};
    const answers = replyTo === undefined ? {} : { replyTo };
    return { name: shownName(name) || tenantId, ...answers };
  }
}
