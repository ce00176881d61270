import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  IdentityConflict,
  IdentityConflictId,
  includesScope,
  SettleConflictRequest,
} from '@tact/contracts';
import { assertNever } from '@tact/domain';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Describe,
  DisclosesList,
  EventStore,
  Idempotent,
  ProblemError,
  type Queryable,
  RequireScope,
} from '@tact/platform';
import { IdentityConflicts, type KeptConflict } from '../contacts/conflicts/identity-conflicts.ts';
import { LinkContacts } from '../contacts/conflicts/link-contacts.ts';
import { SecondSettlement } from './second-settlement.ts';

/** A person's word on a row whose identities are two contacts'. */
export class SettleConflict extends Command<IdentityConflict> {
  constructor(
    readonly caller: CallerIdentity,
    readonly conflictId: string,
    readonly request: SettleConflictRequest,
  ) {
    super();
  }
}

const cannot = (detail: string): ProblemError => new ProblemError('unprocessable', { detail });

const rowGone = (): ProblemError => cannot('Its row is not kept any more: send it again.');

/** It gives what was one contact's to another, as a merge and a split do. */
const assertMayMove = ({ scopes }: CallerIdentity): void => {
  if (includesScope(scopes, 'contacts:merge')) return;
  throw new ProblemError('scope-missing', {
    detail: 'To say whose an identity is takes the scope contacts:merge.',
  });
};

@CommandHandler(SettleConflict)
export class SettleConflictHandler implements ICommandHandler<SettleConflict> {
  constructor(
    private readonly conflicts: IdentityConflicts,
    private readonly links: LinkContacts,
    private readonly store: EventStore,
    private readonly second: SecondSettlement,
  ) {}

  execute({ caller, conflictId, request }: SettleConflict): Promise<IdentityConflict> {
    const { settlement } = request;
    const { tenantId } = caller;
    const isMove = settlement === 'moved-to-second';
    if (isMove) assertMayMove(caller);
    return this.store.transaction(async (tx) => {
      if (isMove) await this.second.moved.begin(tx, tenantId);
      const kept = await this.conflicts.find(tx, conflictId, tenantId);
      if (kept === undefined) throw new ProblemError('not-found');
      if (kept.state === 'settled') {
        if (kept.shown.settlement === settlement) return kept.shown;
        throw cannot('It is settled already, in another way.');
      }
      return isMove
        ? await this.#move(tx, kept, { caller, request })
        : await this.#settle(tx, kept, {
            caller,
            request,
            run: () => this.#carryOut(tx, kept, settlement),
          });
    });
  }

  async #settle(
    tx: Queryable,
    kept: KeptConflict,
    {
      caller: { actorId, keyId = actorId },
      request,
      run,
    }: {
      readonly caller: CallerIdentity;
      readonly request: SettleConflictRequest;
      readonly run: () => Promise<void>;
    },
  ): Promise<IdentityConflict> {
    const { settlement } = request;
    const { proposedAt: _, ...shown } = kept.shown;
    // First: what fits while it is open is taken for healed, and would be in no list.
    await this.conflicts.settle(tx, shown.conflictId, settlement);
    await run();
    await this.#note(tx, kept, { request, keyId });
    return { ...shown, state: 'settled', settlement };
  }

  async #move(
    tx: Queryable,
    kept: KeptConflict,
    {
      caller,
      request,
    }: { readonly caller: CallerIdentity; readonly request: SettleConflictRequest },
  ): Promise<IdentityConflict> {
    const { tenantId, shown, row } = kept;
    if (shown.kind === 'joined-before') throw cannot('They are one contact: split it instead.');
    if (row === undefined) throw rowGone();
    const looked = await this.second.look(tx, caller, { conflict: shown, request });
    if ('proposedAt' in looked) return { ...shown, ...looked };
    const run = () => this.second.moved.move(tx, { tenantId, row }, looked.acting);
    return this.#settle(tx, kept, { caller, request, run });
  }

  async #carryOut(
    tx: Queryable,
    { tenantId, shown, row }: KeptConflict,
    settlement: Exclude<SettleConflictRequest['settlement'], 'moved-to-second'>,
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
        if (kind === 'joined-before') return;
        if (row === undefined) throw rowGone();
        await this.second.moved.keepBoth(tx, { tenantId, row });
        return;
      default:
        assertNever(settlement);
    }
  }

  /** In the story of the first of them, with the reason sealed. */
  async #note(
    tx: Queryable,
    { tenantId, shown }: KeptConflict,
    { request, keyId }: { readonly request: SettleConflictRequest; readonly keyId: string },
  ): Promise<void> {
    const { settlement, reason: justification } = request;
    const { conflictId, kind, contacts } = shown;
    const [contactId = ''] = contacts;
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
  @Audited('IdentityConflictSettled', 'IdentityConflictSettlementProposed')
  @DisclosesList('identity-conflicts')
  @Describe({
    operationId: 'settleIdentityConflict',
    tag: 'Contacts',
    summary: 'Settles whose identities are',
    description:
      '`same-person`: the contacts are one, and what one of them refused holds for all. `moved-to-second`: what is claimed is from now on the contact’s that the row is about, with every refusal and withdrawal of whose it was; it takes the scope `contacts:merge` and two people: the first call proposes, the same call by another person within 72 hours does it. `ignore`: the row is wrong.',
    refuses: ['not-found', 'unprocessable', 'version-conflict'],
  })
  @Answers(IdentityConflict, {
    description: 'How it was settled, or that it waits for a second person.',
  })
  settle(
    @Caller() caller: CallerIdentity,
    @Param('conflictId', { schema: IdentityConflictId }) conflictId: string,
    @Body({ schema: SettleConflictRequest }) request: SettleConflictRequest,
  ): Promise<IdentityConflict> {
    return this.commands.execute(new SettleConflict(caller, conflictId, request));
  }
}
