import { Injectable } from '@nestjs/common';
import { Clock, type Queryable, Vault } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import type { Confirmation } from './confirmations.ts';

type Asked = Pick<Confirmation, 'confirmationId' | 'tenantId' | 'contactId' | 'address'>;

/** A mail of ours that asks is a mail of ours: it is to an address on file, and uses the cap that the person has. */
@Injectable()
export class CountedAsks {
  constructor(
    private readonly clock: Clock,
    private readonly vault: Vault,
    private readonly cards: AddressCards,
    private readonly policies: ContactPolicies,
  ) {}

  addressOf(tenantId: string, email: string): string {
    return this.cards.refOf(tenantId, email);
  }

  async count(tx: Queryable, asked: Asked, email: string): Promise<void> {
    const { confirmationId, tenantId, contactId, address } = asked;
    // Of who was registered before there were cards, the address that the caller named is the one on file.
    if (!(await this.cards.holds(tenantId, contactId, { ref: address, tx }))) {
      await this.cards.keep(tx, [{ tenantId, contactId, email }]);
    }
    const id = this.vault.factId('asked', confirmationId);
    const at = this.clock.now().toISOString();
    const command = { kind: 'count-outbound', contactId, at } as const;
    const cause = { id, correlationid: id, tenantid: tenantId };
    await this.policies.runIn(tx, [{ id, command, cause }]);
  }
}
