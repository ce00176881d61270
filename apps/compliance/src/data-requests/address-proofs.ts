import { Injectable } from '@nestjs/common';
import type { RequestState } from '@tact/domain';
import { Clock, type Queryable } from '@tact/platform';
import { type AddressOnFile, AddressesOnFile } from '../addresses/addresses-on-file.ts';
import { RequestCodes } from './request-codes.ts';
import { RequestedPeople } from './requested-people.ts';
import type { Asked } from './request-stream.ts';

type Reached = Pick<AddressOnFile, 'ref'> | undefined;

/** What proofs of who asks say of the address on file, and it of them. */
@Injectable()
export class AddressProofs {
  constructor(
    private readonly addresses: AddressesOnFile,
    private readonly people: RequestedPeople,
    private readonly codes: RequestCodes,
    private readonly clock: Clock,
  ) {}

  /** A code was read where it went, and by now the person may be reached elsewhere. */
  async isStillAt(
    tx: Queryable,
    { requestId }: Asked,
    { codeId, to }: { readonly codeId: string; readonly to: Reached },
  ): Promise<boolean> {
    return to !== undefined && (await this.codes.wentTo(tx, { requestId, codeId }, to.ref));
  }

  /** Whoever was shown who asks was shown whose the address is that they gave. */
  async notePresented(tx: Queryable, asked: Asked, { contactIds = [] }: RequestState) {
    const [contactId] = contactIds;
    const { email } = await this.people.identitiesOf(tx, asked);
    if (contactId === undefined || email === undefined) return;
    const { tenantId } = asked;
    await this.addresses.notePresented(tx, { tenantId, contactId, email: email.trim() });
  }

  /**
   * A code alone says who reads the address now, and not that it is the person's still: beside evidence it says both, of the
   * address that the code went to.
   */
  async noteBoth(
    tx: Queryable,
    { tenantId, requestId }: Asked,
    { to, proofs }: { readonly to: Reached; readonly proofs: readonly string[] },
  ): Promise<void> {
    if (to === undefined || !proofs.includes('code-email') || proofs.length < 2) return;
    if (!(await this.codes.cameBackFrom(tx, requestId, to.ref))) return;
    await this.addresses.noteProof(tx, { tenantId, ref: to.ref, at: this.clock.now() });
  }
}
