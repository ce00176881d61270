import { Injectable } from '@nestjs/common';
import { ProblemError, Vault } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import { type FollowedLink, WaysOut } from './ways-out.ts';

/** Links as they are followed. */
@Injectable()
export class FollowedLinks {
  constructor(
    private readonly waysOut: WaysOut,
    private readonly cards: AddressCards,
    private readonly vault: Vault,
  ) {}

  /**
   * 404 for what never was a link. It acts for whoever reads the address it was sent to, so it opens no choices once that is the
   * contact's no more; it stops all the same.
   */
  async behind(token: string): Promise<FollowedLink> {
    const found = await this.waysOut.behind(token);
    if (found === undefined) throw new ProblemError('not-found');
    const { tenantId, contactId, address: ref } = found.wayOut;
    // Of whoever was erased nothing is on file any more.
    const isHeld =
      (await this.vault.knows(tenantId, contactId)) &&
      (await this.cards.holds(tenantId, contactId, { ref }));
    return isHeld ? found : { ...found, state: 'void' };
  }
}
