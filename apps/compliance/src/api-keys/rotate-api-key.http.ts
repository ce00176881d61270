import { Body, Controller, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiKeyId, RotateApiKeyRequest, RotatedApiKey } from '@tact/contracts';
import {
  Answers,
  type CallerIdentity,
  Caller,
  Clock,
  currentContext,
  Describe,
  EventStore,
  Idempotent,
  RequireScope,
  ServiceConfig,
} from '@tact/platform';
import { auditOf, environmentOf, refuseElapsed, viewOf } from './api-keys.ts';
import { KeyOwners } from './key-owners.ts';

export class RotateApiKey extends Command<RotatedApiKey> {
  constructor(
    readonly caller: CallerIdentity,
    readonly keyId: string,
    readonly request: RotateApiKeyRequest,
  ) {
    super();
  }
}

@CommandHandler(RotateApiKey)
export class RotateApiKeyHandler implements ICommandHandler<RotateApiKey> {
  constructor(
    private readonly owners: KeyOwners,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly config: ServiceConfig,
  ) {}

  async execute({ caller, keyId, request }: RotateApiKey): Promise<RotatedApiKey> {
    const { overlapSeconds, expiresAt } = request;
    const now = this.clock.now();
    refuseElapsed(expiresAt, now);
    const { record, key, replaced } = await this.store.transaction(async (tx) => {
      const rotated = await this.owners.rotate(tx, caller, {
        tenantId: caller.tenantId,
        keyId,
        overlapSeconds,
        environment: environmentOf(this.config.values),
        commandId: currentContext()?.commandId,
        ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
      });
      const audit = auditOf('ApiKeyRotated', caller, {
        keyId,
        successorKeyId: rotated.record.keyId,
        at: now.toISOString(),
        expiresAt: (rotated.replaced.expiresAt ?? now).toISOString(),
      });
      if (rotated.key !== undefined) await this.store.appendIn(tx, [audit]);
      return rotated;
    });
    return {
      ...viewOf(record, caller, this.clock.now()),
      ...(key === undefined ? {} : { key }),
      replaced: viewOf(replaced, caller, this.clock.now()),
    };
  }
}

@Controller('v1/api-keys')
export class RotateApiKeyController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':keyId/rotate')
  @RequireScope('api-keys:write')
  @Idempotent({ secretFields: ['key'] })
  @Describe({
    operationId: 'rotateApiKey',
    tag: 'Keys',
    summary: 'Gives a key a successor',
    description:
      'The successor has the same scopes, label and member of staff; the old key works on for `overlapSeconds`.',
    refuses: ['unprocessable'],
  })
  @Answers(RotatedApiKey, { description: 'The successor, with its text.' })
  rotate(
    @Caller() caller: CallerIdentity,
    @Param('keyId', { schema: ApiKeyId }) keyId: string,
    @Body({ schema: RotateApiKeyRequest }) request: RotateApiKeyRequest,
  ): Promise<RotatedApiKey> {
    return this.commands.execute(new RotateApiKey(caller, keyId, request));
  }
}
