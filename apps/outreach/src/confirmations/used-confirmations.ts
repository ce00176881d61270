import { Injectable } from '@nestjs/common';
import { confirmingSentences } from '@tact/domain';
import { ProblemError, type Queryable, Tokens } from '@tact/platform';
import { ConfirmingAddresses } from './confirming-addresses.ts';
import { confirmTokens } from './asking.ts';
import { type Confirmation, Confirmations } from './confirmations.ts';

/** The same form came twice, and the other one was first. */
export class AlreadyConfirmed extends Error {
  override readonly name = 'AlreadyConfirmed';
}

/** Uses a link up, once. */
@Injectable()
export class UsedConfirmations {
  constructor(
    private readonly tokens: Tokens,
    private readonly confirmations: Confirmations,
    private readonly addresses: ConfirmingAddresses,
  ) {}

  /** 422 where by now the business reads the address itself, or somebody else does. */
  async assertHers(asked: Confirmation): Promise<void> {
    const refusal = await this.addresses.refusalBehind(asked);
    if (refusal === undefined) return;
    throw new ProblemError('unprocessable', { detail: confirmingSentences[refusal] });
  }

  /** 404 where it opens nothing any more, or where the address that was asked is somebody else's by now. */
  async use(tx: Queryable, token: string, asked: Confirmation): Promise<void> {
    const found = await this.tokens.use(tx, confirmTokens, token);
    if (found.state === 'used') throw new AlreadyConfirmed('The link was followed a moment ago.');
    const { tenantId, contactId, address: ref } = asked;
    const isHeld = await this.addresses.cards.holds(tenantId, contactId, { ref, tx });
    if (found.state !== 'valid' || !isHeld) throw new ProblemError('not-found');
  }

  settle(
    tx: Queryable,
    settled: { readonly confirmationId: string; readonly consentId: string },
  ): Promise<void> {
    return this.confirmations.settle(tx, settled);
  }
}
