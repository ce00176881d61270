import { Controller, Get } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';

import { ProjectionList } from '@tact/contracts';
import { Answers, Database, Describe, MessageLog, Operator, RequireScope } from '@tact/platform';
import { modelVersion } from '../assessment/assess-contacts.ts';
import { Stand } from '../facts/read-position.ts';
import { RebuildRecords } from './rebuild-records.ts';

/** How far the read models are, and how far behind. */
export class ListProjections extends Query<ProjectionList> {}

@QueryHandler(ListProjections)
export class ListProjectionsHandler implements IQueryHandler<ListProjections> {
  constructor(
    private readonly stand: Stand,
    private readonly database: Database,
    private readonly log: MessageLog,
    private readonly records: RebuildRecords,
  ) {}

  async execute(_query: ListProjections): Promise<ProjectionList> {
    const [position, partitions, [rows], latestRebuild] = await Promise.all([
      this.stand.position(),
      this.log.admin.lag('scoring.block-likelihood', ['contact-signals.v1']),
      this.database.queryable.query<{ contacts: number; outdated: number }>(
        `SELECT count(*) AS contacts,
           count(*) FILTER (WHERE model_version <> coalesce(live.version, $1)) AS outdated
         FROM block_likelihoods LEFT JOIN models AS live
           ON live.tenant_id = block_likelihoods.tenant_id AND live.state = 'live'`,
        [modelVersion],
      ),
      this.records.latest(),
    ]);
    return {
      items: [
        {
          name: 'block-likelihood',
          modelVersion,
          position,
          lag: partitions.reduce((sum, { lag }) => sum + lag, 0),
          contacts: rows?.contacts ?? 0,
          outdatedContacts: rows?.outdated ?? 0,
          ...(latestRebuild === undefined ? {} : { latestRebuild }),
        },
      ],
    };
  }
}

@Operator()
@Controller('v1/projections')
export class ListProjectionsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('admin')
  @Describe({
    operationId: 'listProjections',
    tag: 'Operations',
    summary: 'Lists read models that can be built anew',
    description: 'Of all tenants.',
  })
  @Answers(ProjectionList, { description: 'How far each got.' })
  list(): Promise<ProjectionList> {
    return this.queries.execute(new ListProjections());
  }
}
