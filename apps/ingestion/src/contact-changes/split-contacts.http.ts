import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  Command,
  CommandBus,
  CommandHandler,
  type ICommandHandler,
  type IQueryHandler,
  Query,
  QueryBus,
  QueryHandler,
} from '@nestjs/cqrs';
import {
  ApproveChangeRequest,
  ContactSplit,
  ContactSplitId,
  ProposeSplitRequest,
} from '@tact/contracts';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Describe,
  Discloses,
  DisclosesNothing,
  Idempotent,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { SplitContacts } from './split-contacts.ts';
import { StatedNames } from './stated-names.ts';

export class ProposeSplit extends Command<ContactSplit> {
  constructor(
    readonly caller: CallerIdentity,
    readonly request: ProposeSplitRequest,
  ) {
    super();
  }
}

@CommandHandler(ProposeSplit)
export class ProposeSplitHandler implements ICommandHandler<ProposeSplit> {
  constructor(
    private readonly changes: SplitContacts,
    private readonly names: StatedNames,
  ) {}

  async execute({ caller, request }: ProposeSplit): Promise<ContactSplit> {
    const identities = await this.names.read(caller.tenantId, request.identities);
    return this.changes.propose(caller, { ...request, identities });
  }
}

export class ApproveSplit extends Command<ContactSplit> {
  constructor(
    readonly caller: CallerIdentity,
    readonly splitId: string,
    readonly approvedBy: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(ApproveSplit)
export class ApproveSplitHandler implements ICommandHandler<ApproveSplit> {
  constructor(private readonly changes: SplitContacts) {}

  execute({ caller, splitId, approvedBy }: ApproveSplit): Promise<ContactSplit> {
    return this.changes.approve(caller, splitId, approvedBy);
  }
}

export class ShowSplit extends Query<ContactSplit> {
  constructor(
    readonly tenantId: string,
    readonly splitId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowSplit)
export class ShowSplitHandler implements IQueryHandler<ShowSplit> {
  constructor(private readonly changes: SplitContacts) {}

  execute({ tenantId, splitId }: ShowSplit): Promise<ContactSplit> {
    return this.changes.show(tenantId, splitId);
  }
}

@Controller('v1/contact-splits')
export class SplitContactsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @HttpCode(201)
  @RequireScope('contacts:merge')
  @Idempotent()
  @Audited('ContactSplitProposed')
  @DisclosesNothing('It answers what the caller has just said.')
  @Describe({
    operationId: 'proposeSplit',
    tag: 'Contacts',
    summary: 'Proposes that a contact is two people',
    description:
      '`identities` says which of its names leave; at least one stays. `into` is an id that was merged into the contact. Nothing happens before another person approves it, within 72 hours.',
    refuses: ['not-found', 'unprocessable'],
  })
  @Answers(ContactSplit, { description: 'The proposal.' })
  propose(
    @Caller() caller: CallerIdentity,
    @Body({ schema: ProposeSplitRequest }) request: ProposeSplitRequest,
  ): Promise<ContactSplit> {
    return this.commands.execute(new ProposeSplit(caller, request));
  }

  @Post(':splitId/approvals')
  @HttpCode(200)
  @RequireScope('contacts:merge')
  @Idempotent()
  @Audited('ContactsSplit')
  @Discloses('split')
  @Describe({
    operationId: 'approveSplit',
    tag: 'Contacts',
    summary: 'Approves a split, as a second member of staff',
    description:
      'Two keys of one member of staff are one person. Both keep every refusal and every counted message; no consent is given back to who leaves that the contact does not have.',
    refuses: ['not-found', 'version-conflict', 'unprocessable'],
  })
  @Answers(ContactSplit, { description: 'What was done.' })
  approve(
    @Caller() caller: CallerIdentity,
    @Param('splitId', { schema: ContactSplitId }) splitId: string,
    @Body({ schema: ApproveChangeRequest }) { approvedBy }: ApproveChangeRequest,
  ): Promise<ContactSplit> {
    return this.commands.execute(new ApproveSplit(caller, splitId, approvedBy));
  }

  @Get(':splitId')
  @RequireScope('contacts:merge')
  @Discloses('split')
  @Describe({
    operationId: 'showSplit',
    tag: 'Contacts',
    summary: 'Shows a split',
    description: 'Who proposed it and why, who approved it, and where the names went.',
  })
  @Answers(ContactSplit, { description: 'The proposal, and its approval where there is one.' })
  show(
    @Tenant() tenantId: string,
    @Param('splitId', { schema: ContactSplitId }) splitId: string,
  ): Promise<ContactSplit> {
    return this.queries.execute(new ShowSplit(tenantId, splitId));
  }
}
