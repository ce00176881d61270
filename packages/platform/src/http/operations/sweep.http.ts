import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  CanaryId,
  PlantCanary,
  PlantedCanary,
  SweepPlaces,
  SweepReport,
  SweepRequest,
} from '@tact/contracts';
import { Canaries } from '../../sweep/canaries.ts';
import { Sweep } from '../../sweep/sweep.ts';
import { RequireScope } from '../access/access-decorators.ts';
import { Answers } from '../openapi/answers.ts';

/** For operators, on the service's own port: the gateway passes none of it on. Needles travel in bodies alone. */
@Controller('v1/operations/sweep')
export class SweepController {
  constructor(
    private readonly sweep: Sweep,
    private readonly canaries: Canaries,
  ) {}

  @Get()
  @RequireScope('admin')
  @Answers(SweepPlaces)
  places(): Promise<SweepPlaces> {
    return this.sweep.places();
  }

  /** Looks for needles over all tenants; answers where, which variant and how often, never what. */
  @Post()
  @HttpCode(200)
  @RequireScope('admin')
  @Answers(SweepReport)
  look(@Body({ schema: SweepRequest }) request: SweepRequest): Promise<SweepReport> {
    return this.sweep.look(request);
  }

  @Post('canaries')
  @RequireScope('admin')
  @Answers(PlantedCanary)
  plant(@Body({ schema: PlantCanary }) { needles }: PlantCanary): Promise<PlantedCanary> {
    return this.canaries.plant(needles);
  }

  @Delete('canaries/:canaryId')
  @HttpCode(204)
  @RequireScope('admin')
  remove(@Param('canaryId', { schema: CanaryId }) canaryId: string): Promise<void> {
    return this.canaries.remove(canaryId);
  }
}
