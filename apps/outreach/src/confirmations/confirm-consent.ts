import { Injectable } from '@nestjs/common';
import { Clock, newEventId, ProblemError } from '@tact/platform';
import { formatConsentId } from '../ledger/consent-id.ts';
import { type Beside, ContactPolicies } from '../ledger/contact-policies.ts';
import type { Confirmation } from './confirmations.ts';
import { ConfirmedReceipts } from './confirmed-receipts.ts';
import { isRefusedSince } from './may-be-asked.ts';
import { UsedConfirmations } from './used-confirmations.ts';

/** Records what the person confirmed: the token is used, the consent given and the receipt left in one transaction. */
@Injectable()
export class ConfirmConsent {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly used: UsedConfirmations,
    private readonly clock: Clock,
    private readonly receipts: ConfirmedReceipts,
  ) {}

  /**
   * 404 where the link opens nothing any more, for whatever reason; 422 where by now the business reads the address itself, or
   * somebody else does. Throws `AlreadyConfirmed`, and then it is done.
   */
  async run(token: string, asked: Confirmation): Promise<void> {
    const { tenantId, contactId, purpose, channel, noticeId, confirmationId, address } = asked;
    await this.used.assertHers(asked);
    const consentId = formatConsentId(newEventId());
    const at = this.clock.now().toISOString();
    const proof = {
      source: 'double opt-in by e-mail',
      method: 'double-opt-in' as const,
      noticeId,
      evidenceRef: confirmationId,
    };
    const own = { by: 'person' as const, through: address };
    const data = { contactId, consentId, purpose, channel, at, proof, ...own };
    const prepared = await this.receipts.prepare(tenantId, { type: 'ConsentGiven', data });
    const beside: Beside = async (tx, { contactId: current, state, isSettled }) => {
      await this.used.use(tx, token, asked);
      const isVoid =
        !isSettled || current !== contactId || isRefusedSince(state, asked, this.clock.now());
      // Refused since it was asked: a link of before opens nothing.
      if (isVoid) throw new ProblemError('not-found');
      await this.used.settle(tx, { confirmationId, consentId });
      await this.receipts.leave(tx, { asked, consentId, ...prepared });
    };
    await this.policies.run(tenantId, { kind: 'give-consent', ...data }, beside);
  }
}
