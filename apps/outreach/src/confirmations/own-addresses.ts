import { Injectable } from '@nestjs/common';
import { Database, ServiceConfig, StaffRegister, Tenants } from '@tact/platform';

const said = (addresses: readonly (string | undefined)[]): readonly string[] =>
  addresses.filter((address) => address !== undefined);

/** What a business itself reads: its people's addresses, those it answers under, and what its mails come from. */
@Injectable()
export class OwnAddresses {
  constructor(
    private readonly tenants: Tenants,
    private readonly staff: StaffRegister,
    private readonly database: Database,
    private readonly config: ServiceConfig,
  ) {}

  async of(tenantId: string): Promise<readonly string[]> {
    const { dpo, contact, replyTo } = (await this.tenants.of(tenantId)) ?? {};
    const { MAIL_FROM, ALERT_MAIL_TO } = this.config.values;
    const staff = await this.staff.addressesOf(this.database.queryable, tenantId);
    return [...staff, ...said([dpo?.email, contact?.email, replyTo, MAIL_FROM, ALERT_MAIL_TO])];
  }
}
