import { Body, Controller, Param, Put } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TenantSettingsRequest, TenantSlug, TenantView } from '@tact/contracts';
import {
  ActBook,
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  currentContext,
  Describe,
  DisclosesList,
  Installation,
  ProblemError,
  RequireScope,
} from '@tact/platform';
import { isOperator } from '../login/scopes-held.ts';
import { TenantChanges } from './tenant-changes.ts';
import { settingsShown, viewOf } from './tenant-views.ts';

export class ChangeTenant extends Command<TenantView> {
  constructor(
    readonly tenantId: string,
    readonly request: TenantSettingsRequest,
    /** Whose an account is an operator says. */
    readonly mayNameAccounts: boolean,
  ) {
    super();
  }
}

@CommandHandler(ChangeTenant)
export class ChangeTenantHandler implements ICommandHandler<ChangeTenant> {
  constructor(
    private readonly changes: TenantChanges,
    private readonly installation: Installation,
    private readonly acts: ActBook,
  ) {}

  async execute({ tenantId, request, mayNameAccounts }: ChangeTenant): Promise<TenantView> {
    const isOwn = currentContext()?.tenantId === tenantId;
    const record = await this.changes.change(tenantId, request, {
      mayNameAccounts,
      // What is done to another tenant stands in the audit of both.
      ...(isOwn
        ? {}
        : {
            tell: (tx, changed) =>
              this.acts.performIn(tx, 'other-tenant-changed', { about: tenantId, changed }),
          }),
    });
    if (record === undefined) throw new ProblemError('not-found');
    return viewOf(record, this.installation);
  }
}

const description =
  'The settings as a whole: what is left out is as if never said, but for lawful bases, the account of WhatsApp and its secrets, which are kept; `null` takes bases and account away. A purpose that rests on a legitimate interest names its balancing test. With `expectedVersion` nothing is changed that others changed meanwhile. All services go by it at once.';

@Controller('v1')
export class ChangeTenantController {
  constructor(private readonly commands: CommandBus) {}

  @Put('tenants/:slug')
  @RequireScope('operator')
  @Audited('TenantSettingsChanged', 'other-tenant-changed')
  @DisclosesList('settings', settingsShown)
  @Describe({
    operationId: 'changeTenant',
    tag: 'Tenants',
    summary: 'Sets a tenant up',
    description,
    refuses: ['already-taken', 'unprocessable', 'version-conflict'],
  })
  @Answers(TenantView, { description: 'The tenant as it is now.' })
  change(
    @Param('slug', { schema: TenantSlug }) slug: string,
    @Body({ schema: TenantSettingsRequest }) request: TenantSettingsRequest,
  ): Promise<TenantView> {
    return this.commands.execute(new ChangeTenant(slug, request, true));
  }

  @Put('tenant')
  @RequireScope('tenant:write')
  @Audited('TenantSettingsChanged')
  @DisclosesList('settings')
  @Describe({
    operationId: 'changeOwnTenant',
    tag: 'Tenants',
    summary: "Sets the caller's own tenant up",
    description,
    refuses: ['already-taken', 'not-found', 'unprocessable', 'version-conflict'],
  })
  @Answers(TenantView, { description: 'The tenant as it is now.' })
  changeOwn(
    @Caller() caller: CallerIdentity,
    @Body({ schema: TenantSettingsRequest }) request: TenantSettingsRequest,
  ): Promise<TenantView> {
    return this.commands.execute(new ChangeTenant(caller.tenantId, request, isOperator(caller)));
  }
}
