import { Injectable } from '@nestjs/common';
import { ProblemError, type Queryable, Tokens } from '@tact/platform';
import { confirmTokens } from './asking.ts';
import { Confirmations } from './confirmations.ts';

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
  ) {}

  async use(tx: Queryable, token: string): Promise<void> {
    const found = await this.tokens.use(tx, confirmTokens, token);
    if (found.state === 'used') throw new AlreadyConfirmed('The link was followed a moment ago.');
    if (found.state !== 'valid') throw new ProblemError('not-found');
  }

  settle(
    tx: Queryable,
    settled: { readonly confirmationId: string; readonly consentId: string },
  ): Promise<void> {
    return this.confirmations.settle(tx, settled);
  }
}
