import { Injectable } from '@nestjs/common';
import type { IdentityProof } from '@tact/contracts';
import type { RequestRefusal, RequestState } from '@tact/domain';
import { Clock, type Queryable } from '@tact/platform';
import { type AddressOnFile, AddressesOnFile } from '../addresses/addresses-on-file.ts';
import { DataRequests, type Decided } from './data-requests.ts';
import { RequestCodes } from './request-codes.ts';
import { RequestedPeople } from './requested-people.ts';
import { RequestLetters } from './request-letters.ts';
import type { Asked } from './request-stream.ts';

type CodeProof = Extract<IdentityProof, { readonly kind: 'code' }>;

/** Takes a proof of who asks, beside what is known of the address on file. */
@Injectable()
export class RequestProofs {
  constructor(
    private readonly requests: DataRequests,
    private readonly letters: RequestLetters,
    private readonly addresses: AddressesOnFile,
    private readonly people: RequestedPeople,
    private readonly codes: RequestCodes,
    private readonly clock: Clock,
  ) {}

  async take(tx: Queryable, asked: Asked, proof: IdentityProof): Promise<Decided | RequestRefusal> {
    const { tenantId } = asked;
    const before = await this.requests.lockedIn(tx, asked);
    const to = await this.letters.addresseeOf(tx, { tenantId, state: before });
    // It was read where the code went, and by now the person may be reached elsewhere.
    if (proof.kind === 'code' && !(await this.#isStillAt(tx, asked, { proof, to }))) {
      return 'not-now';
    }
    const act = { kind: 'prove', proof, verifiedAt: to?.verifiedAt } as const;
    const decided = await this.requests.actIn(tx, asked, act);
    if (typeof decided === 'string') return decided;
    const isNew = decided.events.some(({ type }) => type === 'DataRequestProven');
    if (isNew && proof.kind === 'evidence') await this.#notePresented(tx, asked, before);
    if (to !== undefined) await this.#noteBoth(tx, asked, { to, proofs: decided.state.proofs });
    return decided;
  }

  async #isStillAt(
    tx: Queryable,
    { requestId }: Asked,
    {
      proof,
      to,
    }: { readonly proof: CodeProof; readonly to: Pick<AddressOnFile, 'ref'> | undefined },
  ): Promise<boolean> {
    return (
      to !== undefined && (await this.codes.wentTo(tx, { requestId, codeId: proof.codeId }, to.ref))
    );
  }

  /**
   * A code alone says who reads the address now, and not that it is the person's still: beside evidence it says both, of the
   * address that the code went to.
   */
  async #noteBoth(
    tx: Queryable,
    { tenantId, requestId }: Asked,
    { to, proofs }: { readonly to: Pick<AddressOnFile, 'ref'>; readonly proofs: readonly string[] },
  ): Promise<void> {
    if (!proofs.includes('code-email') || proofs.length < 2) return;
    if (!(await this.codes.cameBackFrom(tx, requestId, to.ref))) return;
    await this.addresses.noteProof(tx, { tenantId, ref: to.ref, at: this.clock.now() });
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
