import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { EventStore, firstDetails, Installation } from '@tact/platform';
import { TenantChanges } from './tenant-changes.ts';

/** The tenant that the environment names is there from the first start; what it is set up with later is its own word. */
@Injectable()
export class FirstTenant implements OnApplicationBootstrap {
  constructor(
    private readonly changes: TenantChanges,
    private readonly store: EventStore,
    private readonly installation: Installation,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { firstTenantId: tenantId } = this.installation;
    const tenant = { tenantId, details: firstDetails(tenantId), secrets: {} };
    await this.store.transaction((tx) => this.changes.createAs(tx, tenant, 'system:installation'));
  }
}
