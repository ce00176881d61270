import { Body, Controller, Param, Put } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TenantSettingsRequest, TenantSlug, TenantView } from '@tact/contracts';
import {
  Answers,
  Describe,
  Installation,
  ProblemError,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { TenantChanges } from './tenant-changes.ts';
import { viewOf } from './tenant-views.ts';

export class ChangeTenant extends Command<TenantView> {
  constructor(
    readonly tenantId: string,
    readonly request: TenantSettingsRequest,
  ) {
    super();
  }
}

@CommandHandler(ChangeTenant)
export class ChangeTenantHandler implements ICommandHandler<ChangeTenant> {
  constructor(
    private readonly changes: TenantChanges,
    private readonly installation: Installation,
  ) {}

  async execute({ tenantId, request }: ChangeTenant): Promise<TenantView> {
    const record = await this.changes.change(tenantId, request);
    if (record === undefined) throw new ProblemError('not-found');
    return viewOf(record, this.installation);
  }
}

const description =
  'The settings as a whole: what is left out is as if never said, but for secrets, which are kept. All services go by it at once.';

@Controller('v1')
export class ChangeTenantController {
  constructor(private readonly commands: CommandBus) {}

  @Put('tenants/:slug')
  @RequireScope('operator')
  @Describe({
    operationId: 'changeTenant',
    tag: 'Tenants',
    summary: 'Sets a tenant up',
    description,
    refuses: ['already-taken'],
  })
  @Answers(TenantView, { description: 'The tenant as it is now.' })
  change(
    @Param('slug', { schema: TenantSlug }) slug: string,
    @Body({ schema: TenantSettingsRequest }) request: TenantSettingsRequest,
  ): Promise<TenantView> {
    return this.commands.execute(new ChangeTenant(slug, request));
  }

  @Put('tenant')
  @RequireScope('admin')
  @Describe({
    operationId: 'changeOwnTenant',
    tag: 'Tenants',
    summary: "Sets the caller's own tenant up",
    description,
    refuses: ['already-taken', 'not-found'],
  })
  @Answers(TenantView, { description: 'The tenant as it is now.' })
  changeOwn(
    @Tenant() tenantId: string,
    @Body({ schema: TenantSettingsRequest }) request: TenantSettingsRequest,
  ): Promise<TenantView> {
    return this.commands.execute(new ChangeTenant(tenantId, request));
  }
}
