import { Controller, Delete, Param, Query as QueryString } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiKeyId, ApiKeyView, RevokeApiKeyQuery } from '@tact/contracts';
import {
  Answers,
  ApiKeyRegister,
  Audited,
  Caller,
  type CallerIdentity,
  Clock,
  Describe,
  DisclosesNothing,
  EventStore,
  RequireScope,
} from '@tact/platform';
import { refuseScopesBeyond } from '../login/scopes-held.ts';
import { auditOf, problemOfRefusal, viewOf } from './api-keys.ts';

export class RevokeApiKey extends Command<ApiKeyView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly keyId: string,
    readonly force: boolean,
  ) {
    super();
  }
}

@CommandHandler(RevokeApiKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKey> {
  constructor(
    private readonly register: ApiKeyRegister,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, keyId, force }: RevokeApiKey): Promise<ApiKeyView> {
    const { tenantId } = caller;
    // Without its last key a tenant is shut out: who can draw it another one alone does that.
    if (force) refuseScopesBeyond(caller, ['operator']);
    const now = this.clock.now();
    const record = await this.store.transaction(async (tx) => {
      const revoked = await this.register.revoke(tx, { tenantId, keyId }, { force });
      if ('refused' in revoked) throw problemOfRefusal(revoked);
      // Else the admin of a tenant could shut the operator out.
      const { scopes } = revoked.record;
      refuseScopesBeyond(
        caller,
        scopes.filter((scope) => scope === 'operator'),
      );
      const audit = auditOf('ApiKeyRevoked', caller, { keyId, at: now.toISOString() });
      if (revoked.isNew) await this.store.appendIn(tx, [audit]);
      return revoked.record;
    });
    return viewOf(record, caller, this.clock.now());
  }
}

@Controller('v1/api-keys')
export class RevokeApiKeyController {
  constructor(private readonly commands: CommandBus) {}

  @Delete(':keyId')
  @RequireScope('api-keys:write')
  @Audited('ApiKeyRevoked')
  @DisclosesNothing('The act beside it names the key, whose owner it answers.')
  @Describe({
    operationId: 'revokeApiKey',
    tag: 'Keys',
    summary: 'Revokes a key',
    description:
      'The key is closed everywhere within five seconds; repeating it changes nothing. The last key that could make another, or that acts on all tenants, is revoked with `force=true` and by an operator only.',
    refuses: ['unprocessable'],
  })
  @Answers(ApiKeyView, { description: 'The key as it is now.' })
  revoke(
    @Caller() caller: CallerIdentity,
    @Param('keyId', { schema: ApiKeyId }) keyId: string,
    @QueryString({ schema: RevokeApiKeyQuery }) { force }: RevokeApiKeyQuery,
  ): Promise<ApiKeyView> {
    return this.commands.execute(new RevokeApiKey(caller, keyId, force === 'true'));
  }
}
