import { Body, Controller, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CreatedTenant, CreateTenantRequest } from '@tact/contracts';
import {
  ActBook,
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  currentContext,
  Describe,
  DisclosesNothing,
  EventStore,
  Idempotent,
  ProblemError,
  type Queryable,
  RequireScope,
  type TenantRecord,
} from '@tact/platform';
import { FirstKeys } from './first-keys.ts';
import { TenantChanges } from './tenant-changes.ts';

export class CreateTenant extends Command<CreatedTenant> {
  constructor(
    readonly caller: CallerIdentity,
    readonly request: CreateTenantRequest,
  ) {
    super();
  }
}

@CommandHandler(CreateTenant)
export class CreateTenantHandler implements ICommandHandler<CreateTenant> {
  constructor(
    private readonly changes: TenantChanges,
    private readonly firstKeys: FirstKeys,
    private readonly store: EventStore,
    private readonly acts: ActBook,
  ) {}

  async execute({ caller, request }: CreateTenant): Promise<CreatedTenant> {
    const { slug, ...settings } = request;
    return await this.store.transaction(async (tx) => {
      const made = await this.changes.create(tx, slug, settings);
      const tenant = made ?? (await this.#madeBefore(tx, slug));
      const key = await this.firstKeys.draw(tx, slug, caller);
      // A command that ended with its process is repeated: the key it made is there, or the slug is somebody else's.
      if (made === undefined && key.apiKey !== undefined) throw taken();
      if (made !== undefined)
        await this.acts.performIn(tx, 'other-tenant-created', { about: slug });
      return { ...this.changes.viewOf(tenant), ...key };
    });
  }

  async #madeBefore(tx: Queryable, slug: string): Promise<TenantRecord> {
    const isRepeated = currentContext()?.commandId !== undefined;
    const tenant = isRepeated ? await this.changes.find(tx, slug) : undefined;
    if (tenant === undefined) throw taken();
    return tenant;
  }
}

const taken = (): ProblemError =>
  new ProblemError('already-taken', { detail: 'There is a tenant of this slug.' });

@Controller('v1/tenants')
export class CreateTenantController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @RequireScope('operator')
  @Idempotent({ secretFields: ['apiKey'] })
  @Audited('TenantCreated', 'ApiKeyCreated', 'other-tenant-created')
  @DisclosesNothing('It answers what the caller has just said.')
  @Describe({
    operationId: 'createTenant',
    tag: 'Tenants',
    summary: 'Creates a tenant and its first key',
    description:
      'The key has every scope of the tenant; its text is shown this once and kept nowhere. Secrets of WhatsApp are in no answer.',
    refuses: ['already-taken', 'unprocessable'],
  })
  @Answers(CreatedTenant, { description: 'The tenant, with the text of its key.' })
  create(
    @Caller() caller: CallerIdentity,
    @Body({ schema: CreateTenantRequest }) request: CreateTenantRequest,
  ): Promise<CreatedTenant> {
    return this.commands.execute(new CreateTenant(caller, request));
  }
}
