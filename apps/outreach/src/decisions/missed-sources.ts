import { Injectable } from '@nestjs/common';
import { BehindConsumers } from '@tact/platform';
import { FollowContactsConsumer } from './follow-contacts.consumer.ts';
import { FollowRefusalsConsumer } from './follow-refusals.consumer.ts';
import { FollowWishesConsumer } from './follow-wishes.consumer.ts';

/**
 * The consumer groups by which refusals are heard, as far as one may have been missed. Contacts tell of those too: of
 * whoever goes on as another contact, and of what was said before wishes had a topic of their own; the ledger tells of those of who shares an address.
 */
@Injectable()
export class MissedSources {
  constructor(
    private readonly behind: BehindConsumers,
    private readonly wishes: FollowWishesConsumer,
    private readonly contacts: FollowContactsConsumer,
    private readonly refusals: FollowRefusalsConsumer,
  ) {}

  get groups(): readonly string[] {
    const sources = [this.wishes.group, this.contacts.group, this.refusals.group];
    return sources.filter((group) => this.behind.of(group) !== undefined);
  }
}
