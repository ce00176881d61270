import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ApproveRefusalRequest,
  DataRequestChanged,
  DataRequestId,
  RefusalProposed,
  RefuseDataRequest,
} from '@tact/contracts';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Describe,
  Idempotent,
  RequireScope,
  Tenants,
} from '@tact/platform';
import { DataRequests } from './data-requests.ts';
import { RefusingPeople } from './refusing-people.ts';
import { changedBy, decidedOr } from './request-problems.ts';
import { complaints } from './request-words.ts';

/** Somebody would refuse a request, and says why. */
export class ProposeRefusal extends Command<RefusalProposed> {
  constructor(
    readonly caller: CallerIdentity,
    readonly requestId: string,
    readonly refusal: RefuseDataRequest,
  ) {
    super();
  }
}

/** A second person agrees. */
export class ApproveRefusal extends Command<DataRequestChanged> {
  constructor(
    readonly caller: CallerIdentity,
    readonly requestId: string,
    readonly approval: ApproveRefusalRequest,
  ) {
    super();
  }
}

@CommandHandler(ProposeRefusal)
export class ProposeRefusalHandler implements ICommandHandler<ProposeRefusal> {
  constructor(
    private readonly requests: DataRequests,
    private readonly people: RefusingPeople,
    private readonly tenants: Tenants,
  ) {}

  async execute({ caller, requestId, refusal }: ProposeRefusal): Promise<RefusalProposed> {
    const { tenantId } = caller;
    const { ground, evidence, proposedBy: stated } = refusal;
    const language = (await this.tenants.of(tenantId))?.languages[0] ?? 'fr';
    const complaint = refusal.complaint ?? complaints[language];
    const decided = await this.requests.within(async (tx) => {
      const proposedBy = await this.people.of(tx, caller, { stated, pointer: '/proposedBy' });
      const act = { kind: 'propose-refusal', ground, evidence, complaint, proposedBy } as const;
      return await this.requests.actIn(tx, { tenantId, requestId }, act);
    });
    const { position, state } = decidedOr(decided);
    const proposedAt = state.proposal?.at;
    return RefusalProposed.parse({ requestId, ground, complaint, proposedAt, position });
  }
}

@CommandHandler(ApproveRefusal)
export class ApproveRefusalHandler implements ICommandHandler<ApproveRefusal> {
  constructor(
    private readonly requests: DataRequests,
    private readonly people: RefusingPeople,
  ) {}

  async execute({ caller, requestId, approval }: ApproveRefusal): Promise<DataRequestChanged> {
    const { tenantId } = caller;
    const { proposedAt, approvedBy: stated } = approval;
    const decided = await this.requests.within(async (tx) => {
      const approvedBy = await this.people.of(tx, caller, { stated, pointer: '/approvedBy' });
      const hasStaff = await this.people.hasStaff(tx, tenantId);
      const act = { kind: 'refuse', approvedBy, hasStaff, proposedAt } as const;
      return await this.requests.actIn(tx, { tenantId, requestId }, act);
    });
    return changedBy(decidedOr(decided));
  }
}

@Controller('v1/data-requests')
export class RefuseDataRequestController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':requestId/refuse')
  @HttpCode(202)
  @RequireScope('data-requests:decide')
  @Idempotent()
  @Audited('DataRequestRefusalProposed')
  @Describe({
    operationId: 'proposeRefusal',
    tag: 'Data requests',
    summary: 'Proposes to refuse a data request',
    description:
      'On a ground of the law, with evidence and with how the person can complain (GDPR Art. 12(4), 12(5)). Nothing happens before somebody else agrees; numbers and motives alone refuse nothing, and nothing refuses an objection or a withdrawal.',
    refuses: ['not-found', 'not-now', 'unprocessable'],
  })
  @Answers(RefusalProposed, { description: 'What a second person agrees to.' })
  propose(
    @Caller() caller: CallerIdentity,
    @Param('requestId', { schema: DataRequestId }) requestId: string,
    @Body({ schema: RefuseDataRequest }) refusal: RefuseDataRequest,
  ): Promise<RefusalProposed> {
    return this.commands.execute(new ProposeRefusal(caller, requestId, refusal));
  }

  @Post(':requestId/refuse/approvals')
  @HttpCode(200)
  @RequireScope('data-requests:decide')
  @Audited('DataRequestRefused')
  @Describe({
    operationId: 'approveRefusal',
    tag: 'Data requests',
    summary: 'Agrees to refuse a data request',
    description:
      'As a second person, within 72 hours, to the proposal of that instant; the person is told by mail where an address is on file.',
    refuses: ['not-found', 'not-now', 'unprocessable'],
  })
  @Answers(DataRequestChanged, { description: 'Where the request stands.' })
  approve(
    @Caller() caller: CallerIdentity,
    @Param('requestId', { schema: DataRequestId }) requestId: string,
    @Body({ schema: ApproveRefusalRequest }) approval: ApproveRefusalRequest,
  ): Promise<DataRequestChanged> {
    return this.commands.execute(new ApproveRefusal(caller, requestId, approval));
  }
}
