import { Controller, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TenantKey, TenantSlug } from '@tact/contracts';
import {
  ActBook,
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Describe,
  EventStore,
  Idempotent,
  ProblemError,
  RequireScope,
} from '@tact/platform';
import { FirstKeys } from './first-keys.ts';
import { TenantChanges } from './tenant-changes.ts';

/** For a tenant that lost its keys. */
export class NewFirstKey extends Command<TenantKey> {
  constructor(
    readonly caller: CallerIdentity,
    readonly slug: string,
  ) {
    super();
  }
}

@CommandHandler(NewFirstKey)
export class NewFirstKeyHandler implements ICommandHandler<NewFirstKey> {
  constructor(
    private readonly changes: TenantChanges,
    private readonly firstKeys: FirstKeys,
    private readonly store: EventStore,
    private readonly acts: ActBook,
  ) {}

  execute({ caller, slug }: NewFirstKey): Promise<TenantKey> {
    return this.store.transaction(async (tx) => {
      const tenant = await this.changes.find(tx, slug);
      if (tenant === undefined) throw new ProblemError('not-found');
      const drawn = await this.firstKeys.draw(tx, slug, caller);
      if (slug !== caller.tenantId && drawn.apiKey !== undefined) {
        await this.acts.performIn(tx, 'other-tenant-key-drawn', { about: slug });
      }
      return drawn;
    });
  }
}

@Controller('v1/tenants')
export class NewFirstKeyController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':slug/keys')
  @RequireScope('operator')
  @Idempotent({ secretFields: ['apiKey'] })
  @Audited('ApiKeyCreated', 'other-tenant-key-drawn')
  @Describe({
    operationId: 'drawTenantKey',
    tag: 'Tenants',
    summary: 'Draws a tenant another first key',
    description:
      'With every scope there, for a tenant that was shut out of its own. The others work on: revoke those that were lost. The text is shown this once.',
  })
  @Answers(TenantKey, { description: 'The key, with its text.' })
  draw(
    @Caller() caller: CallerIdentity,
    @Param('slug', { schema: TenantSlug }) slug: string,
  ): Promise<TenantKey> {
    return this.commands.execute(new NewFirstKey(caller, slug));
  }
}
