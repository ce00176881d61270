import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IdentityConflict, IdentityConflictId, SettleConflictRequest } from '@tact/contracts';
import { assertNever } from '@tact/domain';
import {
  Answers,
  currentActor,
  Describe,
  EventStore,
  Idempotent,
  ProblemError,
  type Queryable,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { ContactRegistrations } from '../contact-registrations.ts';
import { IdentityConflicts, type KeptConflict } from './identity-conflicts.ts';
import { LinkContacts } from './link-contacts.ts';

/** A person's word on a row whose identities are two contacts'. */
export class SettleConflict extends Command<IdentityConflict> {
  constructor(
    readonly tenantId: string,
    readonly conflictId: string,
    readonly request: SettleConflictRequest,
  ) {
    super();
  }
}

const cannot = (detail: string): ProblemError => new ProblemError('unprocessable', { detail });

@CommandHandler(SettleConflict)
export class SettleConflictHandler implements ICommandHandler<SettleConflict> {
  constructor(
    private readonly conflicts: IdentityConflicts,
    private readonly registrations: ContactRegistrations,
    private readonly links: LinkContacts,
    private readonly store: EventStore,
  ) {}

  execute({ tenantId, conflictId, request }: SettleConflict): Promise<IdentityConflict> {
    const { settlement } = request;
    return this.store.transaction(async (tx) => {
      const kept = await this.conflicts.find(tx, conflictId, tenantId);
      if (kept === undefined) throw new ProblemError('not-found');
      if (kept.state === 'settled') {
        if (kept.shown.settlement === settlement) return kept.shown;
        throw cannot('It is settled already, in another way.');
      }
      // First: what fits while it is open is taken for healed, and would be in no list.
      await this.conflicts.settle(tx, conflictId, settlement);
      await this.#carryOut(tx, kept, settlement);
      await this.#note(tx, kept, request);
      return { ...kept.shown, state: 'settled', settlement };
    });
  }

  async #carryOut(
    tx: Queryable,
    { tenantId, shown, row }: KeptConflict,
    settlement: SettleConflictRequest['settlement'],
  ): Promise<void> {
    const { conflictId, contacts, kind } = shown;
    switch (settlement) {
      case 'ignore':
        return;
      case 'same-person':
        if (contacts.length > 1) {
          await this.links.link(tx, { tenantId, contacts, causeId: conflictId });
          return;
        }
        // Of one contact it says that it keeps what it has beside what is claimed.
        if (kind !== 'joined-before') await this.#apply(tx, { tenantId, row }, settlement);
        return;
      case 'moved-to-second':
        if (kind === 'joined-before') throw cannot('They are one contact: split it instead.');
        await this.#apply(tx, { tenantId, row }, settlement);
        return;
      default:
        assertNever(settlement);
    }
  }

  async #apply(
    tx: Queryable,
    { tenantId, row }: Pick<KeptConflict, 'tenantId' | 'row'>,
    decided: 'same-person' | 'moved-to-second',
  ): Promise<void> {
    if (row === undefined) throw cannot('Its row is not kept any more: send it again.');
    const [done] = await this.registrations.register(tx, tenantId, [row], {
      decided,
      isRepeated: true,
    });
    if (done === undefined || !('contactId' in done)) {
      throw new ProblemError('version-conflict', { detail: 'Its contacts have changed since.' });
    }
  }

  /** In the story of the first of them, with the reason sealed. */
  async #note(
    tx: Queryable,
    { tenantId, shown }: KeptConflict,
    { settlement, reason: justification }: SettleConflictRequest,
  ): Promise<void> {
    const { conflictId, kind, contacts } = shown;
    const [contactId = ''] = contacts;
    const keyId = currentActor() ?? 'unknown';
    const data = { contactId, conflictId, kind, settlement, justification, keyId };
    await this.store.appendIn(tx, [
      {
        stream: `contact-${contactId}`,
        expected: 'any',
        events: [{ type: 'IdentityConflictSettled', data }],
        context: { tenantId, subject: contactId },
      },
    ]);
  }
}

@Controller('v1/identity-conflicts')
export class SettleConflictController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':conflictId/settlement')
  @HttpCode(200)
  @RequireScope('contacts:write')
  @Idempotent()
  @Describe({
    operationId: 'settleIdentityConflict',
    tag: 'Contacts',
    summary: 'Settles whose identities are',
    description:
      '`same-person`: the contacts are one, and what one of them refused holds for all. `moved-to-second`: what is claimed is from now on the contact’s that the row is about. `ignore`: the row is wrong.',
    refuses: ['not-found', 'unprocessable', 'version-conflict'],
  })
  @Answers(IdentityConflict, { description: 'How it was settled.' })
  settle(
    @Tenant() tenantId: string,
    @Param('conflictId', { schema: IdentityConflictId }) conflictId: string,
    @Body({ schema: SettleConflictRequest }) request: SettleConflictRequest,
  ): Promise<IdentityConflict> {
    return this.commands.execute(new SettleConflict(tenantId, conflictId, request));
  }
}
