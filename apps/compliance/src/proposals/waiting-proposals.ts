import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Alerts, alertOf, Database, Proposals } from '@tact/platform';

/** What waits for a second person is an alert of its tenant for as long as it waits. */
@Injectable()
export class WaitingProposals implements OnModuleInit {
  constructor(
    private readonly alerts: Alerts,
    private readonly proposals: Proposals,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.alerts.addPassing(async (tenantId) => {
      const waiting = await this.proposals.register.waiting(this.database.queryable, tenantId);
      return waiting.map(({ kind, count, since }) =>
        alertOf('approval-waits', { about: kind, count, since }),
      );
    });
  }
}
