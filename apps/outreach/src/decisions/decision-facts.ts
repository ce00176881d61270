import { Injectable } from '@nestjs/common';
import type { Channel, Purpose } from '@tact/contracts';
import { consentKey, type DecideContact } from '@tact/domain';
import { Clock, RestrictedContacts } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import type { Beside } from '../ledger/contact-policies.ts';
import { MissedSources } from './missed-sources.ts';

/** What a decision is told that the ledger does not hold: the time, what may have been missed, whose an address is. */
@Injectable()
export class DecisionFacts {
  constructor(
    private readonly clock: Clock,
    private readonly missed: MissedSources,
    private readonly cards: AddressCards,
    private readonly restricted: RestrictedContacts,
  ) {}

  /** What is not heard is asked first: what is heard meanwhile is folded into the decision. */
  async of(tenantId: string, contactId: string): Promise<Pick<DecideContact, 'missed' | 'now'>> {
    const missed = await this.missed.of(tenantId, contactId);
    return { missed, now: this.clock.now() };
  }

  /** Nothing where the use of what is known is restricted. Only of what was confirmed at an address is it asked whose that is now. */
  addressesOf(
    tenantId: string,
    { purpose, channel }: { readonly purpose: Purpose; readonly channel: Channel },
  ): Beside {
    return async (tx, { contactId, state }) => {
      // What is known of who asked for it is kept, and nothing is decided by it.
      await this.restricted.assertFree(tenantId, contactId, tx);
      if (state.consents[consentKey(purpose, channel)]?.through === undefined) return {};
      return { addresses: await this.cards.refsOf(tenantId, contactId, tx) };
    };
  }
}
