import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { DataRequestId, DataRequestView } from '@tact/contracts';
import { Answers, ProblemError, RequireScope, Tenant } from '@tact/platform';
import { DataSource } from 'typeorm';
import { DataRequestTable } from './data-request.table.ts';

export class ShowDataRequest extends Query<DataRequestView> {
  constructor(
    readonly tenantId: string,
    readonly requestId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowDataRequest)
export class ShowDataRequestHandler implements IQueryHandler<ShowDataRequest> {
  constructor(private readonly rows: DataSource) {}

  async execute({ tenantId, requestId }: ShowDataRequest): Promise<DataRequestView> {
    const row = await this.rows.getRepository(DataRequestTable).findOneBy({ tenantId, requestId });
    if (!row) throw new ProblemError('not-found');
    return DataRequestView.parse({
      ...row,
      receivedAt: row.receivedAt.toISOString(),
      internalDue: row.internalDue.toISOString(),
      legalDue: row.legalDue.toISOString(),
    });
  }
}

@Controller('v1/data-requests')
export class ShowDataRequestController {
  constructor(private readonly queries: QueryBus) {}

  /** `GET /v1/data-requests/{requestId}`: status and dates; another tenant's id is 404 like a random one. */
  @Get(':requestId')
  @RequireScope('data-requests:write')
  @Answers(DataRequestView)
  show(
    @Tenant() tenantId: string,
    @Param('requestId', { schema: DataRequestId }) requestId: string,
  ): Promise<DataRequestView> {
    return this.queries.execute(new ShowDataRequest(tenantId, requestId));
  }
}
