import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
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
import { ProjectionName, ProjectionRebuild, RebuildId } from '@tact/contracts';
import {
  Answers,
  Describe,
  Idempotent,
  Operator,
  ProblemError,
  RequireScope,
} from '@tact/platform';
import { Rebuilds } from './rebuilds.ts';
import { RebuildRecords } from './rebuild-records.ts';

/** Builds the read model of all tenants anew, beside the live one, and swaps them. */
export class RebuildProjection extends Command<ProjectionRebuild> {
  constructor(readonly projection: ProjectionName) {
    super();
  }
}

@CommandHandler(RebuildProjection)
export class RebuildProjectionHandler implements ICommandHandler<RebuildProjection> {
  constructor(private readonly rebuilds: Rebuilds) {}

  execute(_command: RebuildProjection): Promise<ProjectionRebuild> {
    return this.rebuilds.begin();
  }
}

export class ShowRebuild extends Query<ProjectionRebuild> {
  constructor(readonly rebuildId: string) {
    super();
  }
}

@QueryHandler(ShowRebuild)
export class ShowRebuildHandler implements IQueryHandler<ShowRebuild> {
  constructor(private readonly records: RebuildRecords) {}

  async execute({ rebuildId }: ShowRebuild): Promise<ProjectionRebuild> {
    const rebuild = await this.records.find(rebuildId);
    if (!rebuild) throw new ProblemError('not-found');
    return rebuild;
  }
}

@Operator()
@Controller('v1/projections')
export class RebuildProjectionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post(':name/rebuilds')
  @HttpCode(202)
  @RequireScope('admin')
  @Idempotent()
  @Describe({
    operationId: 'rebuildProjection',
    tag: 'Operations',
    summary: 'Builds a read model anew beside the live one',
    description: 'Answers with the rebuild that runs already, where one does.',
  })
  @Answers(ProjectionRebuild, { description: 'The rebuild.' })
  rebuild(
    @Param('name', { schema: ProjectionName }) name: ProjectionName,
  ): Promise<ProjectionRebuild> {
    return this.commands.execute(new RebuildProjection(name));
  }

  @Get(':name/rebuilds/:rebuildId')
  @RequireScope('admin')
  @Describe({
    operationId: 'showRebuild',
    tag: 'Operations',
    summary: 'Shows the progress of a rebuild',
    description: 'Then the comparison of old and new rows.',
  })
  @Answers(ProjectionRebuild, { description: 'The rebuild.' })
  show(
    @Param('name', { schema: ProjectionName }) _name: ProjectionName,
    @Param('rebuildId', { schema: RebuildId }) rebuildId: string,
  ): Promise<ProjectionRebuild> {
    return this.queries.execute(new ShowRebuild(rebuildId));
  }
}
