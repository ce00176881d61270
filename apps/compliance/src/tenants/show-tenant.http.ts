import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { TenantSlug, TenantView } from '@tact/contracts';
import {
  Answers,
  Database,
  Describe,
  DisclosesList,
  Installation,
  ProblemError,
  RequireScope,
  Tenant,
  TenantRegister,
} from '@tact/platform';
import { settingsShown, viewOf } from './tenant-views.ts';

export class ShowTenant extends Query<TenantView> {
  constructor(readonly tenantId: string) {
    super();
  }
}

@QueryHandler(ShowTenant)
export class ShowTenantHandler implements IQueryHandler<ShowTenant> {
  constructor(
    private readonly register: TenantRegister,
    private readonly database: Database,
    private readonly installation: Installation,
  ) {}

  async execute({ tenantId }: ShowTenant): Promise<TenantView> {
    const record = await this.register.find(this.database.queryable, tenantId);
    if (record === undefined) throw new ProblemError('not-found');
    return viewOf(record, this.installation);
  }
}

@Controller('v1')
export class ShowTenantController {
  constructor(private readonly queries: QueryBus) {}

  @Get('tenants/:slug')
  @RequireScope('operator')
  @DisclosesList('settings', settingsShown)
  @Describe({
    operationId: 'showTenant',
    tag: 'Tenants',
    summary: 'Shows a tenant',
    description: 'Whether it has a secret, never which.',
  })
  @Answers(TenantView, { description: 'The tenant.' })
  show(@Param('slug', { schema: TenantSlug }) slug: string): Promise<TenantView> {
    return this.queries.execute(new ShowTenant(slug));
  }

  @Get('tenant')
  @RequireScope('tenant:write')
  @DisclosesList('settings')
  @Describe({
    operationId: 'showOwnTenant',
    tag: 'Tenants',
    summary: "Shows the caller's own tenant",
    description: 'Whether it has a secret, never which.',
    refuses: ['not-found'],
  })
  @Answers(TenantView, { description: 'The tenant of the key.' })
  showOwn(@Tenant() tenantId: string): Promise<TenantView> {
    return this.queries.execute(new ShowTenant(tenantId));
  }
}
