import { Injectable } from '@nestjs/common';
import { type ConfirmingRefusal, confirmingRefusal } from '@tact/domain';
import { Database, ServiceConfig, StaffRegister, Tenants } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';

type Asked = { readonly tenantId: string; readonly contactId: string };

const said = (addresses: readonly (string | undefined)[]): readonly string[] =>
  addresses.filter((address) => address !== undefined);

/** Whether a person can confirm through an address: a business puts addresses on file, its own as well. */
@Injectable()
export class ConfirmingAddresses {
  constructor(
    private readonly cards: AddressCards,
    private readonly tenants: Tenants,
    private readonly staff: StaffRegister,
    private readonly database: Database,
    private readonly config: ServiceConfig,
  ) {}

  async refusalOf(
    { tenantId, contactId }: Asked,
    email: string,
  ): Promise<ConfirmingRefusal | undefined> {
    const [own, isShared] = await Promise.all([
      this.#ownOf(tenantId),
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

  /** All that the business reads: its people's, those it answers under, and what its mails come from. */
  async #ownOf(tenantId: string): Promise<readonly string[]> {
    const { dpo, contact, replyTo } = (await this.tenants.of(tenantId)) ?? {};
    const { MAIL_FROM, ALERT_MAIL_TO } = this.config.values;
    const staff = await this.staff.addressesOf(this.database.queryable, tenantId);
    return [...staff, ...said([dpo?.email, contact?.email, replyTo, MAIL_FROM, ALERT_MAIL_TO])];
  }
}
