import { Controller, Get } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { AlertList } from '@tact/contracts';
import { Answers, Describe, RaisedAlerts, RequireScope, Tenant } from '@tact/platform';

/** What a person of this tenant must look at. */
export class ListAlerts extends Query<AlertList> {
  constructor(readonly tenantId: string) {
    super();
  }
}

@QueryHandler(ListAlerts)
export class ListAlertsHandler implements IQueryHandler<ListAlerts> {
  constructor(private readonly alerts: RaisedAlerts) {}

  async execute({ tenantId }: ListAlerts): Promise<AlertList> {
    return { items: await this.alerts.ofTenant(tenantId) };
  }
}

@Controller('v1/alerts')
export class ListAlertsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('alerts:read')
  @Describe({
    operationId: 'listAlerts',
    tag: 'Alerts',
    summary: 'Lists what a person must look at',
    description: 'Open ones first, then the latest that closed themselves.',
  })
  @Answers(AlertList, { description: 'The alerts of the tenant.' })
  list(@Tenant() tenantId: string): Promise<AlertList> {
    return this.queries.execute(new ListAlerts(tenantId));
  }
}
