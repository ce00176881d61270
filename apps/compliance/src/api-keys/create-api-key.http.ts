import { Body, Controller, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CreateApiKeyRequest, CreatedApiKey } from '@tact/contracts';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Clock,
  currentContext,
  Describe,
  DisclosesNothing,
  EventStore,
  Idempotent,
  RequireScope,
  ServiceConfig,
} from '@tact/platform';
import { auditOf, environmentOf, refuseElapsed, viewOf } from './api-keys.ts';
import { KeyOwners } from './key-owners.ts';

export class CreateApiKey extends Command<CreatedApiKey> {
  constructor(
    readonly caller: CallerIdentity,
    readonly request: CreateApiKeyRequest,
  ) {
    super();
  }
}

@CommandHandler(CreateApiKey)
export class CreateApiKeyHandler implements ICommandHandler<CreateApiKey> {
  constructor(
    private readonly owners: KeyOwners,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly config: ServiceConfig,
  ) {}

  async execute({ caller, request }: CreateApiKey): Promise<CreatedApiKey> {
    const { label, scopes, expiresAt, actor } = request;
    const now = this.clock.now();
    refuseElapsed(expiresAt, now);
    const licence = await this.owners.licence(caller, request);
    const { record, key } = await this.store.transaction(async (tx) => {
      const drawn = await this.owners.draw(tx, caller, {
        licence,
        tenantId: caller.tenantId,
        label,
        scopes,
        environment: environmentOf(this.config.values),
        commandId: currentContext()?.commandId,
        ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
        ...(actor === undefined ? {} : { actor }),
      });
      const { keyId } = drawn.record;
      const ends = drawn.record.expiresAt?.toISOString();
      const audit = auditOf('ApiKeyCreated', caller, {
        keyId,
        scopes,
        at: now.toISOString(),
        ...(ends === undefined ? {} : { expiresAt: ends }),
        ...(actor === undefined ? {} : { actor }),
      });
      if (drawn.key !== undefined) await this.store.appendIn(tx, [audit]);
      return drawn;
    });
    return { ...viewOf(record, caller, this.clock.now()), ...(key === undefined ? {} : { key }) };
  }
}

@Controller('v1/api-keys')
export class CreateApiKeyController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @RequireScope('api-keys:write')
  @Idempotent({ secretFields: ['key'] })
  @Audited('ApiKeyCreated', 'ActionProposed')
  @DisclosesNothing('It answers what the caller has just said.')
  @Describe({
    operationId: 'createApiKey',
    tag: 'Keys',
    summary: 'Creates a key',
    description:
      'The text of the key is shown this once and kept nowhere. A key grants only what the caller may itself, and with `actor` only what that person’s roles do; `expiresAt` lies in the future. A member of staff draws keys for themselves, and for programs that see nobody and decide nothing. With an administrative scope it takes a second person where there are two (`/v1/proposals`).',
    refuses: ['approval-missing', 'unprocessable'],
  })
  @Answers(CreatedApiKey, { description: 'The key, with its text.' })
  create(
    @Caller() caller: CallerIdentity,
    @Body({ schema: CreateApiKeyRequest }) request: CreateApiKeyRequest,
  ): Promise<CreatedApiKey> {
    return this.commands.execute(new CreateApiKey(caller, request));
  }
}
