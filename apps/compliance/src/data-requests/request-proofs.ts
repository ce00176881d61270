import { Injectable } from '@nestjs/common';
import type { IdentityProof } from '@tact/contracts';
import type { RequestRefusal } from '@tact/domain';
import type { Queryable } from '@tact/platform';
import { AddressProofs } from './address-proofs.ts';
import { DataRequests, type Decided } from './data-requests.ts';
import { RequestLetters } from './request-letters.ts';
import type { Asked } from './request-stream.ts';

/** Takes a proof of who asks, beside what is known of the address on file. */
@Injectable()
export class RequestProofs {
  constructor(
    private readonly requests: DataRequests,
    private readonly letters: RequestLetters,
    private readonly addressProofs: AddressProofs,
  ) {}

  async take(tx: Queryable, asked: Asked, proof: IdentityProof): Promise<Decided | RequestRefusal> {
    const { tenantId } = asked;
    const before = await this.requests.lockedIn(tx, asked);
    const to = await this.letters.addresseeOf(tx, { tenantId, state: before });
    if (proof.kind === 'code') {
      const { codeId } = proof;
      if (!(await this.addressProofs.isStillAt(tx, asked, { codeId, to }))) return 'not-now';
    }
    const act = { kind: 'prove', proof, verifiedAt: to?.verifiedAt } as const;
    const decided = await this.requests.actIn(tx, asked, act);
    if (typeof decided === 'string') return decided;
    const isNew = decided.events.some(({ type }) => type === 'DataRequestProven');
    if (isNew && proof.kind === 'evidence') {
      await this.addressProofs.notePresented(tx, asked, before);
    }
    await this.addressProofs.noteBoth(tx, asked, { to, proofs: decided.state.proofs });
    return decided;
  }
}
