import { Injectable } from '@nestjs/common';
import type { PageLanguage } from '@tact/contracts';
import { Clock, Database, Vault } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import { ContactPolicies, type PolicyFact } from '../ledger/contact-policies.ts';
import { Asking } from './asking.ts';
import { type Confirmation, Confirmations, FOLLOWED_MS } from './confirmations.ts';

type Asked = {
  readonly asked: Omit<Confirmation, 'confirmedAt' | 'consentId' | 'expiresAt' | 'address'>;
  readonly email: string;
  readonly language: PageLanguage;
};

/** Leaves a confirmation and its mail in one transaction, unless the person was asked a short time ago. */
@Injectable()
export class LeaveConfirmations {
  constructor(
    private readonly database: Database,
    private readonly confirmations: Confirmations,
    private readonly asking: Asking,
    private readonly clock: Clock,
    private readonly vault: Vault,
    private readonly cards: AddressCards,
    private readonly policies: ContactPolicies,
  ) {}

  assertOpen(): void {
    this.asking.assertOpen();
  }

  run({
    asked: given,
    ...mail
  }: Asked): Promise<{ readonly expiresAt: Date } | { readonly nextAllowedAt: Date }> {
    const expiresAt = new Date(this.clock.now().getTime() + FOLLOWED_MS);
    const { tenantId, contactId } = given;
    const address = this.cards.refOf(tenantId, mail.email);
    const asked = { ...given, expiresAt, address };
    return this.database.transaction(async (tx) => {
      const ids = await this.vault.idsOf(tenantId, contactId, tx);
      const nextAllowedAt = await this.confirmations.nextAllowedAt(tx, asked, ids);
      if (nextAllowedAt !== undefined) return { nextAllowedAt };
      // Of who was registered before there were cards, the address that the caller named is the one on file.
      if (!(await this.cards.holds(tenantId, contactId, { ref: address, tx }))) {
        await this.cards.keep(tx, [{ tenantId, contactId, email: mail.email }]);
      }
      await this.confirmations.keep(tx, asked);
      await this.policies.runIn(tx, [this.#countOf(asked)]);
      await this.asking.ask(tx, { asked, ...mail });
      return { expiresAt };
    });
  }

  /** A mail of ours is a mail of ours: it uses the cap that the person has. */
  #countOf({ confirmationId, tenantId, contactId }: Asked['asked']): PolicyFact {
    const id = this.vault.factId('asked', confirmationId);
    const at = this.clock.now().toISOString();
    return {
      id,
      command: { kind: 'count-outbound', contactId, at },
      cause: { id, correlationid: id, tenantid: tenantId },
    };
  }
}
