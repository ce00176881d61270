import { Injectable } from '@nestjs/common';
import type { IdentityProof } from '@tact/contracts';
import type { RequestRefusal, RequestState } from '@tact/domain';
import { Clock, type Queryable } from '@tact/platform';
import { AddressesOnFile } from '../addresses/addresses-on-file.ts';
import { DataRequests, type Decided } from './data-requests.ts';
import { RequestedPeople } from './requested-people.ts';
import { RequestLetters } from './request-letters.ts';
import type { Asked } from './request-stream.ts';

/** Takes a proof of who asks, beside what is known of the address on file. */
@Injectable()
export class RequestProofs {
  constructor(
    private readonly requests: DataRequests,
    private readonly letters: RequestLetters,
    private readonly addresses: AddressesOnFile,
    private readonly people: RequestedPeople,
    private readonly clock: Clock,
  ) {}

  async take(tx: Queryable, asked: Asked, proof: IdentityProof): Promise<Decided | RequestRefusal> {
    const { tenantId } = asked;
    const before = await this.requests.lockedIn(tx, asked);
    const to = await this.letters.addresseeOf(tx, { tenantId, state: before });
    const act = { kind: 'prove', proof, verifiedAt: to?.verifiedAt } as const;
    const decided = await this.requests.actIn(tx, asked, act);
    if (typeof decided === 'string') return decided;
    const isNew = decided.events.some(({ type }) => type === 'DataRequestProven');
    if (isNew && proof.kind === 'evidence') await this.#notePresented(tx, asked, before);
    if (to === undefined) return decided;
    // A code alone says who reads the address now, and not that it is the person's still: beside evidence it says both.
    const { proofs } = decided.state;
    const isByBoth = proofs.includes('code-email') && proofs.length > 1;
    const at = this.clock.now();
    if (isByBoth) await this.addresses.noteProof(tx, { tenantId, ref: to.ref, at });
    return decided;
  }

  /** Whoever was shown who asks was shown whose the address is that they gave. */
  async #notePresented(tx: Queryable, asked: Asked, { contactIds = [] }: RequestState) {
    const [contactId] = contactIds;
    const { email } = await this.people.identitiesOf(tx, asked);
    if (contactId === undefined || email === undefined) return;
    await this.addresses.notePresented(tx, {
      tenantId: asked.tenantId,
      contactId,
      email: email.trim(),
    });
  }
}
