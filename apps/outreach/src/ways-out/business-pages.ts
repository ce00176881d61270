import { Injectable } from '@nestjs/common';
import type { Channel, PageLanguage, Purpose } from '@tact/contracts';
import { Tenants, type TenantSettings } from '@tact/platform';
import type { PageContent } from '@tact/platform/pages';
import { HeededStops } from './heeded-stops.ts';

type Sent = {
  readonly tenantId: string;
  readonly contactId: string;
  /** What stands for the address that the link was sent to. */
  readonly address: string;
  readonly purpose: Purpose;
  readonly channel: Channel;
};

type Shown = {
  readonly language: PageLanguage;
  /** Path of the page itself. */
  readonly path: string;
  readonly formToken: string;
  /** What its door calls a stop. */
  readonly act: 'stop' | 'withdraw';
};

/** Whose the pages are, and what they say where nobody knows who reads them. */
@Injectable()
export class BusinessPages {
  constructor(
    private readonly tenants: Tenants,
    private readonly stops: HeededStops,
  ) {}

  settingsOf(tenantId: string): Promise<TenantSettings | undefined> {
    return this.tenants.of(tenantId);
  }

  async ownerOf(tenantId: string): Promise<string> {
    return (await this.tenants.of(tenantId))?.name ?? tenantId;
  }

  /** Behind a link that opens nothing and still stops. Shows nothing of the person: whoever has it need not be her. */
  async voidPage(sent: Sent, shown: Shown): Promise<PageContent> {
    const { voidWayOutPage } = await import('../wording/void-link-page.ts');
    const isStopped = await this.stops.isAllStopped(sent);
    return voidWayOutPage({ ...shown, isStopped, owner: await this.ownerOf(sent.tenantId) });
  }
}
