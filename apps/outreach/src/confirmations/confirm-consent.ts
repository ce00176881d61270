import { Injectable } from '@nestjs/common';
import { Clock, newEventId, ProblemError, type Queryable, Tokens } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import { ConsentReceipts } from '../consents/receipts.ts';
import { formatConsentId } from '../ledger/consent-id.ts';
import { type Beside, ContactPolicies } from '../ledger/contact-policies.ts';
import { Asking, confirmTokens } from './asking.ts';
import { type Confirmation, Confirmations } from './confirmations.ts';
import { reasonsAgainst, withdrawnOf } from './may-be-asked.ts';

/** Records what the person confirmed: the token is used, the consent given and the receipt left in one transaction. */
@Injectable()
export class ConfirmConsent {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly used: UsedConfirmations,
    private readonly clock: Clock,
    private readonly receipts: ConfirmedReceipts,
  ) {}

  /** 404 where the link opens nothing any more, for whatever reason. */
  async run(token: string, asked: Confirmation): Promise<void> {
    const { tenantId, contactId, purpose, channel, noticeId, confirmationId } = asked;
    const consentId = formatConsentId(newEventId());
    const at = this.clock.now().toISOString();
    const proof = {
      source: 'double opt-in by e-mail',
      method: 'double-opt-in' as const,
      noticeId,
      evidenceRef: confirmationId,
    };
    const data = { contactId, consentId, purpose, channel, at, proof };
    const prepared = await this.receipts.prepare(tenantId, { type: 'ConsentGiven', data });
    const beside: Beside = async (tx, { contactId: current, state, isSettled }) => {
      const withdrawn = await this.used.use(tx, token);
      const isVoid =
        !isSettled ||
        current !== contactId ||
        reasonsAgainst(state, asked).length > 0 ||
        withdrawnOf(state, asked) !== withdrawn;
      // Refused since it was asked: a link of before opens nothing.
      if (isVoid) throw new ProblemError('not-found');
      await this.used.settle(tx, { confirmationId, consentId });
      await this.receipts.leave(tx, { asked, withdrawn, ...prepared });
    };
    await this.policies.run(tenantId, { kind: 'give-consent', ...data }, beside);
  }
}

/** Uses a link up, once. */
@Injectable()
export class UsedConfirmations {
  constructor(
    private readonly tokens: Tokens,
    private readonly confirmations: Confirmations,
  ) {}

  /** What the person had last withdrawn when she was asked. */
  async use(tx: Queryable, token: string): Promise<string> {
    const found = await this.tokens.use(tx, confirmTokens, token);
    if (found.state !== 'valid') throw new ProblemError('not-found');
    return found.about['withdrawn'] ?? 'never';
  }

  settle(
    tx: Queryable,
    settled: { readonly confirmationId: string; readonly consentId: string },
  ): Promise<void> {
    return this.confirmations.settle(tx, settled);
  }
}

type Prepared = {
  readonly receipt: string;
  readonly email: string | undefined;
  readonly language: 'fr' | 'en';
};

/** The receipt of what was confirmed, on its way to the address that confirmed it. */
@Injectable()
export class ConfirmedReceipts {
  constructor(
    private readonly signed: ConsentReceipts,
    private readonly cards: AddressCards,
    private readonly asking: Asking,
  ) {}

  /** Before the transaction, which waits for no key. */
  async prepare(
    tenantId: string,
    consent: Parameters<ConsentReceipts['signed']>[1],
  ): Promise<Prepared> {
    const record = await this.signed.recordOf(tenantId, consent);
    return {
      receipt: await this.signed.signed(tenantId, consent),
      email: await this.cards.emailOf(tenantId, consent.data.contactId),
      language: record.privacy_notice?.language ?? 'fr',
    };
  }

  /** Nothing where no address is on file any more: the page shows the receipt all the same. */
  async leave(
    tx: Queryable,
    {
      asked,
      withdrawn,
      receipt,
      email,
      language,
    }: Prepared & {
      readonly asked: Confirmation;
      readonly withdrawn: string;
    },
  ): Promise<void> {
    if (email === undefined) return;
    await this.asking.sendReceipt(tx, { asked, email, language, withdrawn, receipt });
  }
}
