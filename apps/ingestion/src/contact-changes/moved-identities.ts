import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { formatId } from '@tact/contracts';
import {
  type ConflictDecision,
  EventStore,
  ProblemError,
  type Queryable,
  Vault,
} from '@tact/platform';
import { joinGate, leaveGate } from '../consent-gate/merge-gate.ts';
import { ContactRegistrations } from '../contacts/contact-registrations.ts';
import type { RegistrationRequest } from '../contacts/registration-request.ts';
import { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';
import type { Acting } from './acting-person.ts';
import { changedSince, lockChanges } from './change-problems.ts';

type Claim = { readonly tenantId: string; readonly row: RegistrationRequest };
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

  async move(tx: Queryable, claim: Claim, acting: Acting): Promise<void> {
    const { tenantId } = claim;
    const done = await this.#apply(tx, claim, 'moved-to-second');
    for (const from of done.losers) {
      await this.#takeOver(tx, { tenantId, from, into: done.contactId }, acting);
    }
  }

  /** Nobody loses anything by it: a contact has another value beside its own. */
  async keepBoth(tx: Queryable, claim: Claim): Promise<void> {
    await this.#apply(tx, claim, 'same-person');
  }

  async #apply(tx: Queryable, { tenantId, row }: Claim, decided: ConflictDecision) {
    const options = { decided, isRepeated: true };
    const [done] = await this.registrations.register(tx, tenantId, [row], options);
    if (done === undefined || !('contactId' in done)) throw changedSince();
    return done;
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
