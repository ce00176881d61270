import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { AtLeast, DataRequestId, DataRequestView, includesScope } from '@tact/contracts';
import {
  Answers,
  Caller,
  type CallerIdentity,
  Clock,
  Describe,
  DisclosesList,
  ProblemError,
  ProjectionPosition,
  RequireScope,
} from '@tact/platform';
import { DataSource } from 'typeorm';
import { DataRequestTable } from './data-request.table.ts';
import { summaryOf } from './request-summary.ts';
import { StandingRequests } from './standing-requests.ts';

export class ShowDataRequest extends Query<DataRequestView> {
  constructor(
    readonly tenantId: string,
    readonly requestId: string,
    readonly atLeast: number | undefined,
    readonly mayDecide: boolean,
  ) {
    super();
  }
}

@QueryHandler(ShowDataRequest)
export class ShowDataRequestHandler implements IQueryHandler<ShowDataRequest> {
  constructor(
    private readonly rows: DataSource,
    private readonly readPosition: ProjectionPosition,
    private readonly standing: StandingRequests,
    private readonly clock: Clock,
  ) {}

  async execute({
    tenantId,
    requestId,
    atLeast,
    mayDecide,
  }: ShowDataRequest): Promise<DataRequestView> {
    const position = await this.readPosition.reached('data-requests', atLeast);
    const row = await this.rows.getRepository(DataRequestTable).findOneBy({ tenantId, requestId });
    if (!row) throw new ProblemError('not-found');
    return DataRequestView.parse({
      ...summaryOf(row),
      // The row may be a moment behind what was decided; steps and state are of one look.
      ...(await this.standing.of({ tenantId, requestId }, { mayDecide })),
      asOf: { position, at: this.clock.now().toISOString() },
    });
  }
}

@Controller('v1/data-requests')
export class ShowDataRequestController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':requestId')
  @RequireScope('data-requests:write')
  @DisclosesList('data-requests')
  @Describe({
    operationId: 'showDataRequest',
    tag: 'Data requests',
    summary: 'Shows state, steps and due dates of a data request',
    description:
      'Another tenant’s id answers like a random one. It holds nothing that identifies the person. Until it is proven who asks, whether a code was sent or accepted, what is lacking and of how many people it is are said to `data-requests:decide` alone: they would tell who is known.',
  })
  @Answers(DataRequestView, { description: 'The file.' })
  show(
    @Caller() { tenantId, scopes }: CallerIdentity,
    @Param('requestId', { schema: DataRequestId }) requestId: string,
    @QueryString({ schema: AtLeast }) { atLeast }: AtLeast,
  ): Promise<DataRequestView> {
    const mayDecide = includesScope(scopes, 'data-requests:decide');
    return this.queries.execute(new ShowDataRequest(tenantId, requestId, atLeast, mayDecide));
  }
}
