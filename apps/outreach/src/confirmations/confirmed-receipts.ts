import { Injectable } from '@nestjs/common';
import type { PageLanguage } from '@tact/contracts';
import type { Queryable } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import { ConsentReceipts } from '../consents/receipts.ts';
import { PersonLanguages } from '../languages/person-languages.ts';
import { Asking } from './asking.ts';
import type { Confirmation } from './confirmations.ts';

type Prepared = {
  readonly receipt: string;
  readonly email: string | undefined;
  readonly language: PageLanguage;
};

/** The receipt of what was confirmed, on its way to the address that confirmed it. */
@Injectable()
export class ConfirmedReceipts {
  constructor(
    private readonly signed: ConsentReceipts,
    private readonly cards: AddressCards,
    private readonly asking: Asking,
    private readonly languages: PersonLanguages,
  ) {}

  /** Before the transaction, which waits for no key. */
  async prepare(
    tenantId: string,
    consent: Parameters<ConsentReceipts['prepare']>[1],
  ): Promise<Prepared> {
    return {
      receipt: await this.signed.prepare(tenantId, consent),
      email: await this.cards.emailOf(tenantId, consent.data.contactId),
      language: await this.languages.of(tenantId, consent.data.contactId),
    };
  }

  /** Nothing where another address is on file, or none: the page shows the receipt all the same. */
  async leave(
    tx: Queryable,
    {
      asked,
      consentId,
      receipt,
      email,
      language,
    }: Prepared & {
      readonly asked: Confirmation;
      readonly consentId: string;
    },
  ): Promise<void> {
    const { tenantId, contactId } = asked;
    await this.signed.keep(tx, { tenantId, contactId, consentId, receipt });
    if (email === undefined || this.cards.refOf(tenantId, email) !== asked.address) return;
    await this.asking.sendReceipt(tx, { asked, email, language, receipt });
  }
}
