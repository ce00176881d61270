import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  CanaryId,
  PlantCanary,
  PlantedCanary,
  SweepPlaces,
  SweepReport,
  SweepRequest,
} from '@tact/contracts';
import { ActBook } from '../../acts/act-book.ts';
import { Canaries } from '../../sweep/canaries.ts';
import { Sweep } from '../../sweep/sweep.ts';
import { RequireScope } from '../access/access-decorators.ts';
import { Audited } from '../audited.ts';
import { Answers, Describe, Operator } from '../openapi/describe.ts';

/** Needles travel in bodies alone. */
@Operator()
@Controller('v1/operations/sweep')
export class SweepController {
  constructor(
    private readonly sweep: Sweep,
    private readonly canaries: Canaries,
    private readonly acts: ActBook,
  ) {}

  @Get()
  @RequireScope('operator')
  @Describe({
    operationId: 'listSweptPlaces',
    tag: 'Operations',
    summary: 'Lists what a sweep would look through',
  })
  @Answers(SweepPlaces)
  places(): Promise<SweepPlaces> {
    return this.sweep.places();
  }

  @Post()
  @HttpCode(200)
  @RequireScope('operator')
  @Audited('traces-looked-for')
  @Describe({
    operationId: 'sweep',
    tag: 'Operations',
    summary: 'Looks for needles over all tenants',
    description: 'Answers where, which variant and how often, never what.',
  })
  @Answers(SweepReport)
  async look(@Body({ schema: SweepRequest }) request: SweepRequest): Promise<SweepReport> {
    await this.acts.perform('traces-looked-for', { concerns: 'every' });
    return this.sweep.look(request);
  }

  @Post('canaries')
  @RequireScope('operator')
  @Audited('canary-planted')
  @Describe({
    operationId: 'plantCanary',
    tag: 'Operations',
    summary: 'Plants an invented person in a table and a topic made for it',
  })
  @Answers(PlantedCanary)
  async plant(@Body({ schema: PlantCanary }) { needles }: PlantCanary): Promise<PlantedCanary> {
    await this.acts.perform('canary-planted');
    return this.canaries.plant(needles);
  }

  @Delete('canaries/:canaryId')
  @HttpCode(204)
  @RequireScope('operator')
  @Audited('canary-removed')
  @Describe({ operationId: 'removeCanary', tag: 'Operations', summary: 'Removes both again' })
  async remove(@Param('canaryId', { schema: CanaryId }) canaryId: string): Promise<void> {
    await this.acts.perform('canary-removed', { about: canaryId });
    return this.canaries.remove(canaryId);
  }
}
