import { Controller, Get, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { IncidentPage } from '@tact/contracts';
import {
  Answers,
  Clock,
  Describe,
  pageQuery,
  readCursor,
  RequireScope,
  Tenant,
  pageOf,
} from '@tact/platform';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { ReadPosition } from '../facts/read-position.ts';
import { IncidentTable } from './incident.table.ts';

const ListQuery = z.strictObject(pageQuery);
type ListQuery = z.infer<typeof ListQuery>;

const Place = z.tuple([z.iso.datetime(), z.string()]);

/** The incidents of one tenant, latest first. */
export class ListIncidents extends Query<IncidentPage> {
  constructor(
    readonly tenantId: string,
    readonly query: ListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListIncidents)
export class ListIncidentsHandler implements IQueryHandler<ListIncidents> {
  constructor(
    private readonly rows: DataSource,
    private readonly readPosition: ReadPosition,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, query: { limit, cursor } }: ListIncidents): Promise<IncidentPage> {
    const position = await this.readPosition.reached();
    const select = this.rows
      .getRepository(IncidentTable)
      .createQueryBuilder('row')
      .where('row.tenantId = :tenantId', { tenantId })
      .orderBy('row.startedAt', 'DESC')
      .addOrderBy('row.incidentId', 'DESC')
      .limit(limit + 1);
    if (cursor !== undefined) {
      const [startedAt, incidentId] = readCursor(cursor, Place);
      const last = { startedAt, incidentId };
      select.andWhere('(row.startedAt, row.incidentId) < (:startedAt, :incidentId)', last);
    }
    const found = await select.getMany();
    const { shown: page, next } = pageOf(found, limit, (last) => [
      last.startedAt.toISOString(),
      last.incidentId,
    ]);
    return IncidentPage.parse({
      items: page.map(({ incidentId, cause, startedAt, endedAt, messages, stuck }) => ({
        incidentId,
        cause,
        messages,
        stuck,
        state: endedAt === null ? 'open' : 'closed',
        from: startedAt.toISOString(),
        ...(endedAt === null ? {} : { until: endedAt.toISOString() }),
      })),
      ...next,
      asOf: { position, at: this.clock.now().toISOString() },
    });
  }
}

@Controller('v1/incidents')
export class ListIncidentsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('scores:read')
  @Describe({
    operationId: 'listIncidents',
    tag: 'Incidents',
    summary: 'Lists incidents, latest first',
  })
  @Answers(IncidentPage, { description: 'A page of incidents.' })
  list(
    @Tenant() tenantId: string,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<IncidentPage> {
    return this.queries.execute(new ListIncidents(tenantId, query));
  }
}
