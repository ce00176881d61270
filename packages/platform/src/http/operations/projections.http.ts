import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ProjectionList, ProjectionName, ProjectionRebuild, RebuildId } from '@tact/contracts';
import { ActBook } from '../../acts/act-book.ts';
import { ReadModels } from '../../projection/read-models.ts';
import { RequireScope } from '../access/access-decorators.ts';
import { Idempotent } from '../idempotency/idempotency-interceptor.ts';
import { Audited } from '../audited.ts';
import { Answers, Describe, Operator } from '../openapi/describe.ts';
import { ProblemError } from '../problem-error.ts';

/** Read models hold the rows of all tenants, so they are an operator's matter. */
@Operator()
@Controller('v1/projections')
export class ProjectionsController {
  constructor(
    private readonly models: ReadModels,
    private readonly acts: ActBook,
  ) {}

  @Get()
  @RequireScope('operator')
  @Describe({
    operationId: 'listProjections',
    tag: 'Operations',
    summary: 'Lists read models, what they are made of and whether they can be built anew',
    description: 'Of all tenants.',
  })
  @Answers(ProjectionList, { description: 'How far each got.' })
  list(): Promise<ProjectionList> {
    return this.models.list();
  }

  @Post(':name/rebuilds')
  @HttpCode(202)
  @RequireScope('operator')
  @Idempotent()
  @Audited('rebuild-started')
  @Describe({
    operationId: 'rebuildProjection',
    tag: 'Operations',
    summary: 'Builds a read model anew beside the live one',
    description:
      'Answers with the rebuild that runs already, where one does. A read model whose source is gone is refused.',
    refuses: ['not-found', 'unprocessable'],
  })
  @Answers(ProjectionRebuild, { description: 'The rebuild.' })
  async rebuild(
    @Param('name', { schema: ProjectionName }) name: ProjectionName,
  ): Promise<ProjectionRebuild> {
    const model = this.models.of(name);
    await this.acts.perform('rebuild-started', { about: name, concerns: 'every' });
    return model.rebuild();
  }

  @Get(':name/rebuilds/:rebuildId')
  @RequireScope('operator')
  @Describe({
    operationId: 'showRebuild',
    tag: 'Operations',
    summary: 'Shows the progress of a rebuild',
    description: 'Then the comparison of old and new rows.',
    refuses: ['not-found'],
  })
  @Answers(ProjectionRebuild, { description: 'The rebuild.' })
  async show(
    @Param('name', { schema: ProjectionName }) name: ProjectionName,
    @Param('rebuildId', { schema: RebuildId }) rebuildId: string,
  ): Promise<ProjectionRebuild> {
    const rebuild = await this.models.of(name).find(rebuildId);
    if (rebuild === undefined) throw new ProblemError('not-found');
    return rebuild;
  }
}
