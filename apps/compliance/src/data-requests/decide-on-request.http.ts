import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  CompleteDataRequest,
  DataRequestChanged,
  DataRequestId,
  ReasonedRequest,
} from '@tact/contracts';
import type { RequestAct } from '@tact/domain';
import {
  Answers,
  Audited,
  currentContext,
  Describe,
  Idempotent,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { DataRequests } from './data-requests.ts';
import { changedBy, decidedOr } from './request-problems.ts';
import type { Asked } from './request-stream.ts';

/** What somebody decides about a request by themselves. */
export class DecideOnRequest extends Command<DataRequestChanged> {
  constructor(
    readonly asked: Asked,
    readonly act: Extract<
      RequestAct,
      { kind: 'pause' | 'resume' | 'extend' | 'cancel' | 'complete' | 'lack' }
    >,
  ) {
    super();
  }
}

@CommandHandler(DecideOnRequest)
export class DecideOnRequestHandler implements ICommandHandler<DecideOnRequest> {
  constructor(private readonly requests: DataRequests) {}

  async execute({ asked, act }: DecideOnRequest): Promise<DataRequestChanged> {
    const { commandId } = currentContext() ?? {};
    const decided = await this.requests.within((tx) =>
      this.requests.actIn(tx, asked, act, commandId),
    );
    return changedBy(decidedOr(decided));
  }
}

const requestIdParam = { schema: DataRequestId };

@Controller('v1/data-requests')
export class DecideOnRequestController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':requestId/extend')
  @HttpCode(200)
  @RequireScope('data-requests:decide')
  @Idempotent()
  @Audited('DataRequestExtended')
  @Describe({
    operationId: 'extendDataRequest',
    tag: 'Data requests',
    summary: 'Extends the period of a data request',
    description:
      'Once, by two months counted from receipt, up to the first due date (GDPR Art. 12(3)). The reasons are told to the person by mail where an address is on file; where none is, tell them yourself before the first due date.',
    refuses: ['not-found', 'not-now'],
  })
  @Answers(DataRequestChanged, { description: 'The new dates.' })
  extend(
    @Tenant() tenantId: string,
    @Param('requestId', requestIdParam) requestId: string,
    @Body({ schema: ReasonedRequest }) { reason: justification }: ReasonedRequest,
  ): Promise<DataRequestChanged> {
    const act = { kind: 'extend', justification } as const;
    return this.commands.execute(new DecideOnRequest({ tenantId, requestId }, act));
  }

  @Post(':requestId/pause')
  @HttpCode(200)
  @RequireScope('data-requests:decide')
  @Idempotent()
  @Audited('DataRequestPaused')
  @Describe({
    operationId: 'pauseDataRequest',
    tag: 'Data requests',
    summary: 'Suspends the legal clock of a data request',
    description:
      'While information is awaited that is needed to know who asks; a code on its way is none. Not once it is proven who asks, which also ends it. The days of the pause are added when it ends.',
    refuses: ['not-found', 'not-now'],
  })
  @Answers(DataRequestChanged, { description: 'Where the request stands.' })
  pause(
    @Tenant() tenantId: string,
    @Param('requestId', requestIdParam) requestId: string,
    @Body({ schema: ReasonedRequest }) { reason: justification }: ReasonedRequest,
  ): Promise<DataRequestChanged> {
    const act = { kind: 'pause', justification } as const;
    return this.commands.execute(new DecideOnRequest({ tenantId, requestId }, act));
  }

  @Post(':requestId/resume')
  @HttpCode(200)
  @RequireScope('data-requests:decide')
  @Idempotent()
  @Audited('DataRequestResumed')
  @Describe({
    operationId: 'resumeDataRequest',
    tag: 'Data requests',
    summary: 'Lets the legal clock of a data request run again',
    description: 'The due dates move by the whole days of the pause.',
    refuses: ['not-found', 'not-now'],
  })
  @Answers(DataRequestChanged, { description: 'The new dates.' })
  resume(
    @Tenant() tenantId: string,
    @Param('requestId', requestIdParam) requestId: string,
  ): Promise<DataRequestChanged> {
    const act = { kind: 'resume' } as const;
    return this.commands.execute(new DecideOnRequest({ tenantId, requestId }, act));
  }

  @Post(':requestId/complete')
  @HttpCode(200)
  @RequireScope('data-requests:decide')
  @Idempotent()
  @Audited('DataRequestCompleted', 'DataRequestLacking')
  @Describe({
    operationId: 'completeDataRequest',
    tag: 'Data requests',
    summary: 'Says that what a person decides on is done',
    description:
      'For a rectification and a human review, which a member of staff carries out; in part, the request stays `incomplete` with its dates. So is an objection or a withdrawal of which an identity could not be read. All other rights are ended by whoever carries them out.',
    refuses: ['not-found', 'not-now'],
  })
  @Answers(DataRequestChanged, { description: 'Where the request stands.' })
  complete(
    @Tenant() tenantId: string,
    @Param('requestId', requestIdParam) requestId: string,
    @Body({ schema: CompleteDataRequest }) { reason, isInPart }: CompleteDataRequest,
  ): Promise<DataRequestChanged> {
    const kind = isInPart ? 'lack' : 'complete';
    const act = { kind, by: 'person', justification: reason } as const;
    return this.commands.execute(new DecideOnRequest({ tenantId, requestId }, act));
  }

  @Delete(':requestId')
  @HttpCode(200)
  @RequireScope('data-requests:write')
  @Audited('DataRequestCancelled')
  @Describe({
    operationId: 'cancelDataRequest',
    tag: 'Data requests',
    summary: 'Takes a data request back',
    description:
      'While it waits; what has begun goes on to its end. An objection that was heard stands.',
    refuses: ['not-found', 'not-now'],
  })
  @Answers(DataRequestChanged, { description: 'Where the request stands.' })
  cancel(
    @Tenant() tenantId: string,
    @Param('requestId', requestIdParam) requestId: string,
  ): Promise<DataRequestChanged> {
    return this.commands.execute(new DecideOnRequest({ tenantId, requestId }, { kind: 'cancel' }));
  }
}
