import { Controller, Get, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { DataRequestId, DataRequestPage, DataRequestState, utcTime } from '@tact/contracts';
import {
  Answers,
  Database,
  Describe,
  DisclosesList,
  pageOf,
  pageQuery,
  readCursor,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { z } from 'zod';
import type { DataRequestRow } from './data-request.table.ts';
import { summaryOf } from './request-summary.ts';

const ListQuery = z.strictObject({
  ...pageQuery,
  state: DataRequestState.meta({ description: 'Those that stand there.' }).optional(),
  dueBefore: utcTime().meta({ description: 'Those whose date to work to lies before.' }).optional(),
});
type ListQuery = z.infer<typeof ListQuery>;

const Place = z.tuple([z.iso.datetime(), DataRequestId]);

export class ListDataRequests extends Query<DataRequestPage> {
  constructor(
    readonly tenantId: string,
    readonly query: ListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListDataRequests)
export class ListDataRequestsHandler implements IQueryHandler<ListDataRequests> {
  constructor(private readonly database: Database) {}

  async execute({ tenantId, query }: ListDataRequests): Promise<DataRequestPage> {
    const { limit, cursor, state = null, dueBefore = null } = query;
    const [due, requestId] = cursor === undefined ? [null, ''] : readCursor(cursor, Place);
    const rows = await this.database.queryable.query<DataRequestRow>(
      `SELECT request_id AS "requestId", "right", channel, status, received_at AS "receivedAt",
              internal_due AS "internalDue", legal_due AS "legalDue", extended_until AS "extendedUntil"
         FROM data_requests
        WHERE tenant_id = $1 AND ($2::text IS NULL OR status = $2)
          AND ($3::timestamptz IS NULL OR internal_due < $3)
          AND ($4::timestamptz IS NULL OR (internal_due, request_id) > ($4, $5))
        ORDER BY internal_due, request_id LIMIT $6`,
      [tenantId, state, dueBefore, due, requestId, limit + 1],
      'list_data_requests',
    );
    const { shown, next } = pageOf(rows, limit, (last) => [
      last.internalDue.toISOString(),
      last.requestId,
    ]);
    return DataRequestPage.parse({ items: shown.map(summaryOf), ...next });
  }
}

@Controller('v1/data-requests')
export class ListDataRequestsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('data-requests:write')
  @DisclosesList('data-requests')
  @Describe({
    operationId: 'listDataRequests',
    tag: 'Data requests',
    summary: 'Lists data requests, the earliest due first',
    description: 'In one state, or due before an instant. Nothing of it identifies a person.',
  })
  @Answers(DataRequestPage, { description: 'A page of requests.' })
  list(
    @Tenant() tenantId: string,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<DataRequestPage> {
    return this.queries.execute(new ListDataRequests(tenantId, query));
  }
}
