import { Injectable } from '@nestjs/common';
import { isErased, type Reading, typesRead } from '@tact/contracts';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { AddressesOnFile, type StatedAddress } from './addresses-on-file.ts';

/** What compliance reads of contacts: the address that each is filed under. */
const reading = {
  ContactRegistered: true,
  ContactUpdated: true,
  ContactLinked: false,
  ConsentDeclared: false,
  SignalRecorded: false,
  MessageCounted: false,
  SenderSignalRecorded: false,
  IncidentOpened: false,
  IncidentClosed: false,
  ContactSearched: false,
  ContactViewed: false,
} as const satisfies Reading<'contact-signals.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];

const statedIn = ({ tenantid: tenantId, data }: ConsumedEvent<Type>): StatedAddress | undefined => {
  const { contactId, identities } = data;
  // Of an erased person the object reads as erased, and so does each field of it.
  const email: unknown = isErased(identities) ? undefined : identities.email;
  return typeof email === 'string' ? { tenantId, contactId, email } : undefined;
};

/** A later address counts where the record that told the earlier one says that it took its place. */
const isReplaced = ({ type, data }: ConsumedEvent<Type>): boolean =>
  type === 'ContactUpdated' && data.replaced?.includes('email') === true;

/** Keeps compliance's own card of where a person is reached. */
@Injectable()
export class FollowAddressesConsumer implements Consumer<Type> {
  readonly group = 'compliance.addresses';
  readonly topics = ['contact-signals.v1'];
  readonly types = types;
  /** The address is personal: it is read here and sealed again. */
  readonly personalData = 'opened';

  constructor(private readonly addresses: AddressesOnFile) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    for (const event of events) {
      const stated = statedIn(event);
      if (stated === undefined) continue;
      if (event.type === 'ContactRegistered') await this.addresses.keep(tx, stated);
      else if (isReplaced(event)) await this.addresses.replace(tx, stated);
    }
  }
}
