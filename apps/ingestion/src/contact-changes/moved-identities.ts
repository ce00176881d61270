import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { formatId } from '@tact/contracts';
import { EventStore, ProblemError, type Queryable, Vault } from '@tact/platform';
import { joinGate, leaveGate } from '../consent-gate/merge-gate.ts';
import { ContactRegistrations } from '../contacts/contact-registrations.ts';
import type { RegistrationRequest } from '../contacts/registration-request.ts';
import { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';
import type { Acting } from './acting-person.ts';
import { changedSince, lockChanges } from './change-problems.ts';

type Loss = { readonly tenantId: string; readonly from: string; readonly into: string };

/**
 * Identities that two people say are another contact's. It is what a split is: whoever has the number from then on takes
 * over every refusal, withdrawal and counted message of who had it, and neither keeps an agreement that only one of them
 * gave. Until the ledger says so, nothing is allowed to either.
 */
@Injectable()
export class MovedIdentities {
  constructor(
    private readonly registrations: ContactRegistrations,
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly strangers: WishesOfStrangers,
  ) {}

  /** To be called first in the transaction. */
  begin(tx: Queryable, tenantId: string): Promise<void> {
    return lockChanges(tx, tenantId, this.strangers);
  }

  async move(
    tx: Queryable,
    { tenantId, row }: { readonly tenantId: string; readonly row: RegistrationRequest },
    acting: Acting,
  ): Promise<void> {
    const [done] = await this.registrations.register(tx, tenantId, [row], {
      decided: 'moved-to-second',
      isRepeated: true,
    });
    if (done === undefined || !('contactId' in done)) throw changedSince();
    for (const from of done.losers) {
      await this.#takeOver(tx, { tenantId, from, into: done.contactId }, acting);
    }
  }

  async #takeOver(
    tx: Queryable,
    { tenantId, from, into }: Loss,
    { name: approvedBy, ...acted }: Acting,
  ): Promise<void> {
    // What is yet to be taken over would go to one of the two alone.
    if (await this.vault.isTakeOverDue(tx, from)) {
      throw new ProblemError('unavailable', { retryAfterSeconds: 1 });
    }
    const { at } = acted;
    await this.vault.oweTakeOvers(tx, { tenantId, from, into });
    await joinGate(tx, { tenantId, from, into, at });
    await leaveGate(tx, { tenantId, contactId: from, at });
    const splitId = formatId('contactSplit', randomBytes(16));
    const data = { splitId, contactId: from, otherContactId: into, approvedBy, ...acted };
    await this.store.appendIn(tx, [
      {
        stream: `contact-split-${tenantId}-${splitId}`,
        expected: 'any',
        events: [{ type: 'ContactsSplit', data }],
        context: { tenantId, subject: from },
      },
    ]);
  }
}
