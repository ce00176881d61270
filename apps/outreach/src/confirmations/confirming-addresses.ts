import { Injectable } from '@nestjs/common';
import { type ConfirmingRefusal, confirmingRefusal } from '@tact/domain';
import { AddressCards } from '../addresses/address-cards.ts';
import { OwnAddresses } from './own-addresses.ts';

type Asked = { readonly tenantId: string; readonly contactId: string };

/** Whether a person can confirm through an address: a business puts addresses on file, its own as well. */
@Injectable()
export class ConfirmingAddresses {
  constructor(
    readonly cards: AddressCards,
    private readonly own: OwnAddresses,
  ) {}

  async refusalOf(
    { tenantId, contactId }: Asked,
    email: string,
  ): Promise<ConfirmingRefusal | undefined> {
    const [own, isShared] = await Promise.all([
      this.own.of(tenantId),
      this.cards.isShared(tenantId, contactId, email),
    ]);
    return confirmingRefusal(email, { own, isShared });
  }

  /** The same of the address that was asked. Nothing where it is not on file any more: then it confirms nothing anyway. */
  async refusalBehind({
    address: ref,
    ...asked
  }: Asked & { readonly address: string }): Promise<ConfirmingRefusal | undefined> {
    const email = await this.cards.emailOf(asked.tenantId, asked.contactId, ref);
    return email === undefined ? undefined : this.refusalOf(asked, email);
  }
}
