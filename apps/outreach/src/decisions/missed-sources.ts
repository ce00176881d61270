import { Injectable } from '@nestjs/common';
import { watermarkedOwners } from '@tact/contracts';
import { BehindConsumers, ConsumerLags, type ReadUntil, Vault } from '@tact/platform';
import { contactsGroup } from './follow-contacts.consumer.ts';
import { sharedAddressesGroup } from './follow-refusals.consumer.ts';
import { FollowWishesConsumer } from './follow-wishes.consumer.ts';

/**
 * The consumer groups by which refusals are heard, as far as one may have been missed. Contacts tell of those too: of
 * whoever goes on as another contact, and of what was said before wishes had a topic of their own; the ledger tells of
 * those of whoever shares an address.
 */
@Injectable()
export class MissedSources {
  readonly #readUntil: ReadUntil;

  constructor(
    private readonly behind: BehindConsumers,
    private readonly wishes: FollowWishesConsumer,
    private readonly vault: Vault,
    lags: ConsumerLags,
  ) {
    this.#readUntil = lags.readUntil(wishes.group, watermarkedOwners(wishes.topics));
  }

  /**
   * Groups that may have missed a refusal of this person: records are gone, are parked for an operator, or
   * were told in the last seconds and are not read, or nobody is there to tell them. Records of whoever was merged into the
   * person are the person's, whichever id is asked.
   */
  async of(tenantId: string, contactId: string): Promise<readonly string[]> {
    const groups = [this.wishes.group, contactsGroup, sharedAddressesGroup];
    const [isStale, parking] = await Promise.all([
      this.#readUntil.isStale(),
      this.#parking(groups, tenantId, contactId),
    ]);
    return groups.filter(
      (group) =>
        this.behind.of(group) !== undefined ||
        parking.includes(group) ||
        (isStale && group === this.wishes.group),
    );
  }

  async #parking(
    groups: readonly string[],
    tenantId: string,
    contactId: string,
  ): Promise<readonly string[]> {
    return this.behind.parking(groups, await this.vault.idsOf(tenantId, contactId));
  }
}
