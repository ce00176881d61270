import { Injectable } from '@nestjs/common';
import { Clock } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import type { Confirmation } from './confirmations.ts';
import { isRefusedSince } from './may-be-asked.ts';

/** Whether what was asked still stands as it was. */
@Injectable()
export class StandingConfirmations {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly cards: AddressCards,
    private readonly clock: Clock,
  ) {}

  /** Whoever follows a link reads the address that was asked; what was refused since is refused. 404 as for a command. */
  async isVoid(asked: Confirmation, isUsed: boolean): Promise<boolean> {
    const { tenantId, contactId, address: ref } = asked;
    const standing = await this.policies.of(tenantId, contactId);
    if (!(await this.cards.holds(tenantId, contactId, { ref }))) return true;
    if (isUsed) return false;
    const isItself = standing.contactId === contactId;
    return !isItself || isRefusedSince(standing.state, asked, this.clock.now());
  }
}
